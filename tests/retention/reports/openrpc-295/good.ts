export class RequestManager {
  private pending: Record<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }> = {};
  private lastId = 0;

  constructor(private readonly transport: { write(line: string): void }) {}

  call(method: string, params: unknown[]): Promise<unknown> {
    const id = ++this.lastId;
    const answer = new Promise((resolve, reject) => {
      this.pending[id] = { resolve, reject };
    });
    this.transport.write(JSON.stringify({ id, method, params }));
    return answer;
  }

  notify(method: string, params: unknown[]) {
    this.transport.write(JSON.stringify({ method, params }));
  }

  receive(message: { id: number; result?: unknown; error?: unknown }) {
    const waiting = this.pending[message.id];
    delete this.pending[message.id];
    if (message.error) waiting?.reject(message.error);
    else waiting?.resolve(message.result);
  }
}

export const client = new RequestManager({ write() {} });
