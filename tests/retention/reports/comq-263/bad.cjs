'use strict'

const { EventEmitter } = require('node:events')
const { Readable } = require('node:stream')

class Channel extends EventEmitter {
  async send(queue, chunk) {
    this.emit('sent', queue, chunk)
  }
}

const channel = new Channel()
channel.setMaxListeners(0)

class Pipeline {
  #source
  #channel

  constructor (source, channel) {
    this.#source = source
    this.#channel = channel
    channel.on('flow', () => this.#source.resume())
    channel.on('pause', () => this.#source.pause())
  }

  async run (queue) {
    for await (const chunk of this.#source) await this.#channel.send(queue, chunk)
  }
}

async function request (queue, req) {
  const source = Readable.from([req.url])
  const pipeline = new Pipeline(source, channel)
  await pipeline.run(queue)
}

exports.request = request
