import * as async_hooks from 'node:async_hooks'

interface Hub { scope: Map<string, unknown> }
interface Strategy { getCurrentHub(): Hub | undefined; runWithAsyncContext<T>(callback: () => T): T }

const carrier: { acs?: Strategy } = {}

export function setHooksAsyncContextStrategy(): void {
  const asyncStorage = new async_hooks.AsyncLocalStorage<Hub>()

  function getCurrentHub(): Hub | undefined {
    return asyncStorage.getStore()
  }

  function runWithAsyncContext<T>(callback: () => T): T {
    const existing = getCurrentHub()
    return asyncStorage.run({ scope: new Map(existing?.scope) }, callback)
  }

  carrier.acs = { getCurrentHub, runWithAsyncContext }
}

export function wrapApiHandler<T>(handler: () => Promise<T>): Promise<T> {
  setHooksAsyncContextStrategy()
  return carrier.acs!.runWithAsyncContext(handler)
}
