import * as async_hooks from 'node:async_hooks'

interface Hub { scope: Map<string, unknown> }
interface Strategy { getCurrentHub(): Hub | undefined; runWithAsyncContext<T>(callback: () => T): T }

const carrier: { acs?: Strategy } = {}
let asyncStorage: async_hooks.AsyncLocalStorage<Hub> | undefined

export function setHooksAsyncContextStrategy(): void {
  if (!asyncStorage) asyncStorage = new async_hooks.AsyncLocalStorage<Hub>()
  const storage = asyncStorage

  function getCurrentHub(): Hub | undefined {
    return storage.getStore()
  }

  function runWithAsyncContext<T>(callback: () => T): T {
    const existing = getCurrentHub()
    return storage.run({ scope: new Map(existing?.scope) }, callback)
  }

  carrier.acs = { getCurrentHub, runWithAsyncContext }
}

export function wrapApiHandler<T>(handler: () => Promise<T>): Promise<T> {
  setHooksAsyncContextStrategy()
  return carrier.acs!.runWithAsyncContext(handler)
}
