import { query } from '../_deps/service.mjs';

export async function readCache(key: string): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate: Promise<null> = new Promise((resolve) => {
    timer = setTimeout(() => resolve(null), 30_000);
  });
  try {
    const hit = await Promise.race([query('get', [key]), tooLate]);
    return hit ?? undefined;
  } finally {
    clearTimeout(timer);
  }
}
