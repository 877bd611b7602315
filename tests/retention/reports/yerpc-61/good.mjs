class Client {
  requests = new Map()
  id = 0

  constructor(send) {
    this.send = send
  }

  call(method, params) {
    const id = ++this.id
    return new Promise((resolve, reject) => {
      this.requests.set(id, { resolve, reject })
      this.send({ id, method, params })
    })
  }

  onMessage({ id, result, error }) {
    const request = this.requests.get(id)
    if (!request) return
    this.requests.delete(id)
    if (error) request.reject(new Error(error))
    else request.resolve(result)
  }
}

export const client = new Client(() => {})
