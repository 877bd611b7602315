import { AsyncLocalStorage } from 'node:async_hooks';

const symbol = Symbol.for('app:state');
const globalState = ((globalThis as any)[symbol] ??= {}) as { storage?: AsyncLocalStorage<object> };

function ensureStorage() {
  globalState.storage ??= new AsyncLocalStorage<object>();
  return globalState.storage;
}

export async function runWithState<T>(state: object, work: () => Promise<T>): Promise<T> {
  return ensureStorage().run(state, work);
}
