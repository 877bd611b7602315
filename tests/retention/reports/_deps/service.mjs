// stands for a database and an upstream server that live outside of the process
import http from 'node:http'
import net from 'node:net'

export const query = (text, values) => new Promise((done) => setImmediate(() => done([text, values])))

const tcp = net.createServer((socket) => socket.on('error', () => {}).resume())
await new Promise((done) => tcp.listen(0, '127.0.0.1', done))
export const port = tcp.address().port

const web = http.createServer({ keepAliveTimeout: 60_000 }, (_, answer) => answer.end('ok'))
await new Promise((done) => web.listen(0, '127.0.0.1', done))
export const url = `http://127.0.0.1:${web.address().port}/`
