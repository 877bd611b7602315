export const makeMutex = () => {
  let busy = false
  const waiting: (() => void)[] = []

  async function take(): Promise<void> {
    if (!busy) {
      busy = true
      return
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function free(): void {
    const next = waiting.shift()
    if (next) next()
    else busy = false
  }

  return {
    async mutex<T>(code: () => Promise<T> | T): Promise<T> {
      await take()
      try {
        return await code()
      } finally {
        free()
      }
    },
  }
}

const processing = makeMutex()

export const onMessage = (id: number) => processing.mutex(async () => id)
