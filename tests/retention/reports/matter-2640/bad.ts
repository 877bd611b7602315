export class Channel {
  private queue: unknown[] = [];
  private wake?: () => void;
  private endOfLife: () => void = () => {};
  private readonly ended = new Promise<void>((resolve) => {
    this.endOfLife = resolve;
  });

  deliver(message: unknown) {
    this.queue.push(message);
    this.wake?.();
  }

  async read(): Promise<unknown> {
    while (this.queue.length === 0) {
      const arrived = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([arrived, this.ended]);
    }
    return this.queue.shift();
  }

  end() {
    this.endOfLife();
  }
}

export const channel = new Channel();
