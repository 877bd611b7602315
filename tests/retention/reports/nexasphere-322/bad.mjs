const adminClients = new Set()

export function addSSEClient(req, res) {
  res.setHeader('Content-Type', 'text/event-stream')
  res.writeHead(200)
  adminClients.add(res)

  const heartbeat = setInterval(() => {
    if (!res.destroyed) res.write(': keep-alive\n\n')
  }, 30000)
  heartbeat.unref()

  res.on('close', () => {
    adminClients.delete(res)
  })
  res.on('error', () => adminClients.delete(res))
}

export function broadcast(event) {
  for (const client of adminClients) client.write(`data: ${JSON.stringify(event)}\n\n`)
}
