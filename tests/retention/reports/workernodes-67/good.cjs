const net = require('net')
const { spawn } = require('child_process')

// one socket server for each worker process, over which it sends its results
exports.startProcess = function startProcess () {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.resume())
    server.listen(0, () => {
      const child = spawn(process.execPath, ['-e', '0', String(server.address().port)])
      child.on('error', reject)
      child.on('exit', (code) => {
        server.close()
        resolve(code)
      })
    })
  })
}
