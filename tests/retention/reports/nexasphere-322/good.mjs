const adminClients = new Set()

export function addSSEClient(req, res) {
  res.setHeader('Content-Type', 'text/event-stream')
  res.writeHead(200)
  adminClients.add(res)

  res._heartbeat = setInterval(() => {
    if (!res.destroyed) res.write(': keep-alive\n\n')
  }, 30000)
  res._heartbeat.unref()

  res.on('close', () => {
    clearInterval(res._heartbeat)
    adminClients.delete(res)
  })
  res.on('error', () => {
    clearInterval(res._heartbeat)
    adminClients.delete(res)
  })
}

export function broadcast(event) {
  for (const client of adminClients) client.write(`data: ${JSON.stringify(event)}\n\n`)
}
