class Deferred<T> {
  promise: Promise<T>
  resolve!: (value: T) => void
  reject!: (error: Error) => void
  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

class OngoingRequest {
  readonly result = new Deferred<string>()
  private timeoutRef: NodeJS.Timeout

  constructor(timeout: number) {
    this.timeoutRef = setTimeout(() => {
      this.result.reject(new Error('Rpc request timed out'))
    }, timeout)
  }

  resolveRequest(answer: string): void {
    clearTimeout(this.timeoutRef)
    this.result.resolve(answer)
  }
}

export class RpcCommunicator {
  private readonly ongoingRequests = new Map<string, OngoingRequest>()

  request(requestId: string, timeout = 20): Promise<string> {
    const ongoing = new OngoingRequest(timeout)
    this.ongoingRequests.set(requestId, ongoing)
    return ongoing.result.promise
  }

  handleResponse(requestId: string, answer: string): void {
    const ongoing = this.ongoingRequests.get(requestId)
    if (ongoing === undefined) return
    ongoing.resolveRequest(answer)
    this.ongoingRequests.delete(requestId)
  }
}

export const communicator = new RpcCommunicator()
