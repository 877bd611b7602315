type Listener = (value: string) => void

export function createClient() {
  let listeners: (() => void)[] = []
  const sinks = new Set<Listener>()

  return {
    subscribe(sink: Listener) {
      sinks.add(sink)
      const dispose = () => {
        sinks.delete(sink)
        listeners = listeners.filter((each) => each !== dispose)
      }
      listeners.push(dispose)
      return dispose
    },
    publish(value: string) {
      for (const sink of sinks) sink(value)
    },
    dispose() {
      for (const listener of listeners) listener()
    },
  }
}

export const client = createClient()
