import type { AsyncLocalStorage } from 'node:async_hooks';

const symbol = Symbol.for('app:state');
const globalState = ((globalThis as any)[symbol] ??= {}) as { storage?: Promise<AsyncLocalStorage<object>> };

function ensureStorage() {
  globalState.storage ??= import('node:async_hooks').then((hooks) => new hooks.AsyncLocalStorage<object>());
  return globalState.storage;
}

export async function runWithState<T>(state: object, work: () => Promise<T>): Promise<T> {
  const storage = await ensureStorage();
  return storage.run(state, work);
}
