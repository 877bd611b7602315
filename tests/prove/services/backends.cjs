'use strict'
// Stands in for AWS, Google's metadata server, Stripe, Sentry and MySQL, in a process of its own: what it keeps is not counted.

const { createServer } = require('node:http')
const mysql = require('mysql2')

const answers = [
  [/^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token/, { access_token: 'token', expires_in: 3600, token_type: 'Bearer' }],
  [/^\/computeMetadata\/v1\/project\/project-id/, 'project'],
  [/^\/computeMetadata\//, 'instance'],
  [/^\/v1\/balance/, { object: 'balance', available: [] }],
  [/^\/bucket/, '<?xml version="1.0"?><ListBucketResult><Name>bucket</Name><KeyCount>0</KeyCount></ListBucketResult>'],
  [/^\//, { TableNames: [] }]
]

const http = createServer((request, response) => {
  request.resume().on('end', () => {
    const [, answer] = answers.find(([path]) => path.test(request.url))
    response.setHeader('metadata-flavor', 'Google')
    response.setHeader('content-type', typeof answer === 'string' ? 'text/plain' : 'application/json')
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
})

const database = mysql.createServer((connection) => {
  // What MySQL answers to every query: one row that has its version, which knex asks for.
  connection.serverHandshake({ protocolVersion: 10, serverVersion: '8.0.0', connectionId: 1, statusFlags: 2, characterSet: 8, capabilityFlags: 0xfff7ff })
  connection.on('query', () => {
    connection.sequenceId = 1
    connection.writeColumns([{ catalog: 'def', schema: '', table: '', orgTable: '', name: 'version', orgName: '', columnType: 253, characterSet: 33, columnLength: 5, flags: 0, decimals: 0 }])
    connection.writeTextRow(['8.0.0'])
    connection.writeEof()
    connection.sequenceId = 0
  })
  connection.on('error', () => {})
})

http.listen(0, '127.0.0.1', () => database.listen(0, '127.0.0.1', () => {
  process.send({ http: http.address().port, mysql: database._server.address().port })
}))
process.on('disconnect', () => process.exit())
