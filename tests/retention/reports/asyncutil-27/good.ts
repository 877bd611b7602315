export class Mutex {
  #waiters = new Set<Promise<void>>();

  async acquire(): Promise<() => void> {
    const waiters = [...this.#waiters];
    const { promise, resolve } = withResolvers();
    this.#waiters.add(promise);
    if (waiters.length > 0) await Promise.all(waiters);
    return () => {
      resolve();
      this.#waiters.delete(promise);
    };
  }
}

function withResolvers() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export const mutex = new Mutex();
