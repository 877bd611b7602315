const docs = new Map()
const pingTimeout = 30000

const closeConn = (doc, conn) => {
  doc.conns.delete(conn)
  conn.destroy()
}

exports.setupWSConnection = (conn, req) => {
  const name = req.url.slice(1)
  if (!docs.has(name)) docs.set(name, { conns: new Set() })
  const doc = docs.get(name)
  doc.conns.add(conn)

  let pongReceived = true
  const pingInterval = setInterval(() => {
    if (!pongReceived) {
      if (doc.conns.has(conn)) closeConn(doc, conn)
      clearInterval(pingInterval)
    } else if (doc.conns.has(conn)) {
      pongReceived = false
      try {
        conn.write('ping')
      } catch (error) {
        closeConn(doc, conn)
        clearInterval(pingInterval)
      }
    }
  }, pingTimeout)
  conn.on('pong', () => {
    pongReceived = true
  })
  conn.on('close', () => {
    closeConn(doc, conn)
    clearInterval(pingInterval)
  })
}
