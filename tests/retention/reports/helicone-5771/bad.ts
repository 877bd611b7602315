import { query } from '../_deps/service.mjs';

export async function readCache(key: string): Promise<unknown> {
  const tooLate: Promise<null> = new Promise((resolve) => setTimeout(() => resolve(null), 30_000));
  const hit = await Promise.race([query('get', [key]), tooLate]);
  return hit ?? undefined;
}
