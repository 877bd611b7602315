'use strict'
// A server as many are: Sentry, one store for each request, and a client of each service made when it starts.

const { AsyncLocalStorage } = require('node:async_hooks')
const { fork } = require('node:child_process')
const { join } = require('node:path')

fork(join(__dirname, 'backends.cjs')).once('message', start)

function start (ports) {
  const Sentry = require('@sentry/node')
  Sentry.init({ dsn: `http://key@127.0.0.1:${ports.http}/1`, tracesSampleRate: 0 })
  const { createServer } = require('node:http')

  process.env.GCE_METADATA_HOST = `127.0.0.1:${ports.http}`
  const { S3Client, ListObjectsV2Command } = require('@aws-sdk/client-s3')
  const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb')
  const { GoogleAuth } = require('google-auth-library')
  const Stripe = require('stripe')
  const knex = require('knex')

  const aws = { region: 'us-east-1', endpoint: `http://127.0.0.1:${ports.http}`, credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } }
  const s3 = new S3Client({ ...aws, forcePathStyle: true })
  const dynamo = new DynamoDBClient(aws)
  const google = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' })
  const stripe = new Stripe('sk_test_key', { host: '127.0.0.1', port: ports.http, protocol: 'http' })
  const database = knex({ client: 'mysql2', connection: { host: '127.0.0.1', port: ports.mysql, user: 'root' } })

  const routes = {
    '/s3': async () => (await s3.send(new ListObjectsV2Command({ Bucket: 'bucket' }))).KeyCount,
    '/dynamo': async () => (await dynamo.send(new ListTablesCommand({}))).TableNames,
    '/google': async () => [await google.getProjectId(), await google.getAccessToken(), await google.getCredentials()],
    '/stripe': async () => (await stripe.balance.retrieve()).object,
    '/sql': async () => (await database.raw('select version() as version'))[0],
    '/sentry': async () => Sentry.captureException(new Error('seen')) !== ''
  }
  const storage = new AsyncLocalStorage()
  createServer((request, response) => storage.run({ request }, async () => {
    const route = routes[request.url]
    response.statusCode = route ? 200 : 404
    try {
      response.end(JSON.stringify(route ? await route() : 'no such route'))
    } catch (error) {
      response.statusCode = 500
      response.end(String(error?.stack))
    }
  })).listen(process.env.PORT, '127.0.0.1')
}
