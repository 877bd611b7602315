export class RequestManager {
  private pending: Record<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }> = {};
  private lastId = 0;

  constructor(private readonly transport: { write(line: string): void }) {}

  private send(method: string, params: unknown[], notification: boolean): Promise<unknown> {
    const id = ++this.lastId;
    const answer = new Promise((resolve, reject) => {
      this.pending[id] = { resolve, reject };
    });
    this.transport.write(JSON.stringify(notification ? { method, params } : { id, method, params }));
    return answer;
  }

  call(method: string, params: unknown[]) {
    return this.send(method, params, false);
  }

  notify(method: string, params: unknown[]) {
    this.send(method, params, true);
  }

  receive(message: { id: number; result?: unknown; error?: unknown }) {
    const waiting = this.pending[message.id];
    delete this.pending[message.id];
    if (message.error) waiting?.reject(message.error);
    else waiting?.resolve(message.result);
  }
}

export const client = new RequestManager({ write() {} });
