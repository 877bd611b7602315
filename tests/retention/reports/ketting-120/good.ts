import { query } from '../_deps/service.mjs';

export class Client {
  private activeRefresh = new Map<string, Promise<string>>();

  async fetch(uri: string): Promise<string> {
    await query('get', [uri]);
    if (uri.startsWith('/gone')) throw new Error('410');
    return uri;
  }

  async get(uri: string): Promise<string> {
    if (!this.activeRefresh.has(uri)) {
      this.activeRefresh.set(uri, this.fetch(uri));
    }
    try {
      return await this.activeRefresh.get(uri)!;
    } finally {
      this.activeRefresh.delete(uri);
    }
  }
}

export const client = new Client();
