import { query } from '../_deps/service.mjs';

export class ToolHandler {
  private readonly timeout = 30_000;

  async callTool(name: string): Promise<unknown> {
    const work = query('tool', [name]);
    return await Promise.race([work, this.createTimeoutPromise(name, this.timeout)]);
  }

  private createTimeoutPromise(name: string, timeout: number): Promise<never> {
    return new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`${name} timed out`)), timeout);
    });
  }
}

export const handler = new ToolHandler();
