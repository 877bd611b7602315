import { query } from '../_deps/service.mjs'

class CancelSource {
  cancel!: (reason: string) => void
  promise = new Promise<string>((resolve) => {
    this.cancel = resolve
  })
}

export default class AxiosWrapper {
  private requestTokens: Record<string, CancelSource> = {}

  private createRequestToken(id: string): CancelSource {
    const source = new CancelSource()
    this.requestTokens[id] = source
    return source
  }

  cancelRequest(id: string): void {
    this.requestTokens[id]?.cancel('cancelled')
  }

  async request(id: string, url: string): Promise<unknown> {
    this.createRequestToken(id)
    try {
      return await query(url, [])
    } finally {
      delete this.requestTokens[id]
    }
  }
}

export const api = new AxiosWrapper()
