export async function withTimeout<T>(timeoutMs: number, promise: Promise<T>, message = 'timed out'): Promise<T> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(message)), timeoutMs);
  });
  return Promise.race([promise, timeout]);
}
