import { randomUUID } from 'node:crypto'

class SSETransport {
  constructor(endpoint, res) {
    this.endpoint = endpoint
    this.res = res
    this.sessionId = randomUUID()
  }

  async start() {
    this.res.writeHead(200, { 'content-type': 'text/event-stream' })
    this.res.write(`event: endpoint\ndata: ${this.endpoint}?sessionId=${this.sessionId}\n\n`)
  }
}

const transports = new Map()

export async function sse(req, res) {
  const transport = new SSETransport('/messages', res)
  transports.set(transport.sessionId, transport)
  res.on('close', () => transports.delete(transport.sessionId))
  await transport.start()
}

export async function message(req, res) {
  const transport = transports.get(req.query.sessionId)
  if (!transport) return res.writeHead(404)
  transport.res.write(`data: ${req.body}\n\n`)
}
