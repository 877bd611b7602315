import { query } from '../_deps/service.mjs';

export class ToolHandler {
  private readonly timeout = 30_000;

  async callTool(name: string): Promise<unknown> {
    const work = query('tool', [name]);
    const { promise, cleanup } = this.createTimeoutPromise(name, this.timeout);
    try {
      return await Promise.race([work, promise]);
    } finally {
      cleanup();
    }
  }

  private createTimeoutPromise(name: string, timeout: number) {
    let timer: ReturnType<typeof setTimeout>;
    const promise = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} timed out`)), timeout);
    });
    return { promise, cleanup: () => clearTimeout(timer) };
  }
}

export const handler = new ToolHandler();
