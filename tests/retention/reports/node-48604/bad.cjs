const http = require('node:http')

// asks which port is free, for each tunnel that is requested
exports.probe = function probe (req, res) {
  const server = http.createServer((_req, answer) => answer.end('tunnel'))
  server.listen(0, () => {
    res.write(String(server.address().port))
  })
}
