export class Mutex {
  private locked = false;
  private readonly queue: Array<() => void> = [];

  async lock(): Promise<() => void> {
    while (this.locked) {
      await new Promise<void>((resolve) => {
        this.queue.push(resolve);
      });
    }
    this.locked = true;
    return () => {
      this.locked = false;
      for (const resolve of this.queue) resolve();
    };
  }
}

export const mutex = new Mutex();
