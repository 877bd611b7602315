export class Channel {
  private queue: unknown[] = [];
  private wake?: () => void;
  private over = false;

  deliver(message: unknown) {
    this.queue.push(message);
    this.wake?.();
  }

  async read(): Promise<unknown> {
    while (this.queue.length === 0 && !this.over) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
    return this.queue.shift();
  }

  end() {
    this.over = true;
    this.wake?.();
  }
}

export const channel = new Channel();
