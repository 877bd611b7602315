export default function sse({ interval = 5_000 } = {}) {
  return function (req, res, next) {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    res.sse = (event, data) => res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    const beat = setInterval(() => res.write(': keep-alive\n\n'), interval)
    res.on('close', () => clearInterval(beat))
    next()
  }
}
