export const makeMutex = () => {
  let task: Promise<unknown> = Promise.resolve()
  let taskTimeout: NodeJS.Timeout | undefined

  return {
    mutex<T>(code: () => Promise<T> | T): Promise<T> {
      task = (async () => {
        try {
          await task
        } catch {}
        try {
          return await code()
        } finally {
          clearTimeout(taskTimeout)
        }
      })()
      return task as Promise<T>
    },
  }
}

const processing = makeMutex()

export const onMessage = (id: number) => processing.mutex(async () => id)
