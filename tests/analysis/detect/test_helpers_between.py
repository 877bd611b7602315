"""What a request keeps through a helper: a client, an agent, a deferred promise, an emitter that callers hand over."""

import pytest

from patcher.analysis.file import analyse
from patcher.syntax.tree import Dialect

KEPT = {
    "an agent of undici that a helper makes for each request": (
        2,
        "lazy-handle",
        """import { Agent, fetch } from 'undici'
const dispatcher = () => new Agent({ connect: {} })
export async function load(url) {
  const own = dispatcher()
  return await fetch(url, { dispatcher: own })
}
""",
    ),
    "a client of gRPC for each call": (
        4,
        "lazy-handle",
        """import { Client } from '@grpc/grpc-js'
export class Transport {
  pick() {
    return new Client(this.host, this.credentials)
  }
  unary(path, input) {
    const client = this.pick()
    return new Promise((done) => client.makeUnaryRequest(path, input, done))
  }
}
""",
    ),
    "a service of gRPC that is made with credentials": (
        3,
        "lazy-handle",
        """const grpc = require('@grpc/grpc-js')
exports.check = async function check(req, res) {
  const health = new Health(address, grpc.credentials.createInsecure())
  res.write(await ask(health.check))
}
""",
    ),
    "a deferred promise in a map": (
        5,
        "kept-waiter",
        """const pending = new Map()
let serial = 0
export function ask(text) {
  const { promise, resolve } = Promise.withResolvers()
  pending.set(++serial, resolve)
  send(serial, text)
  return promise
}
export const answer = (id, text) => pending.get(id)(text)
""",
    ),
    "an entry under another name of `this`": (
        7,
        "kept-waiter",
        """class Client {
  calls = {}
  ask(id) {
    const client = this
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { delete client.calls[id]; reject(new Error('late')) }, 5000)
      client.calls[id] = (text) => { clearTimeout(timer); resolve(text) }
    })
  }
  answer(id, text) { this.calls[id](text) }
}
export const client = new Client()
""",
    ),
}

FREE = {
    "a promise in an object that is called as another name of `this` is elsewhere": """class Pool {
  end() { const client = this; later(() => client.stop()) }
}
export function answer(req, res) {
  const client = make(req)
  return client.promise ??= load(req)
}
async function load(req) { return req.url }
""",
    "an agent that its function closes": """import { Agent, fetch } from 'undici'
export async function load(url) {
  const own = new Agent()
  const answer = await fetch(url, { dispatcher: own })
  await own.close()
  return answer
}
""",
    "an agent that a function which is made once uses": """import { Agent, fetch } from 'undici'
export function makeFetch() {
  const own = new Agent()
  return (url) => fetch(url, { dispatcher: own })
}
""",
    "an agent of another package": """import { Agent } from 'agents'
export async function load(url) {
  const own = new Agent()
  return await fetch(url, { dispatcher: own })
}
""",
    "a deferred promise that is taken out when it is settled": """const pending = new Map()
let serial = 0
export function ask(text) {
  const { promise, resolve } = Promise.withResolvers()
  pending.set(++serial, resolve)
  send(serial, text)
  return promise
}
export function answer(id, text) {
  pending.get(id)(text)
  pending.delete(id)
}
""",
    "a collection of an object that each request makes": """class Connection {
  pending = []
  query(text) {
    return new Promise((resolve, reject) => {
      this.pending.push(reject)
      send(text, resolve)
    })
  }
}
export async function handle(req, res) {
  const connection = new Connection()
  res.write(await connection.query(req.url))
}
""",
}


@pytest.mark.parametrize("what", KEPT)
def test_what_a_helper_makes_is_found_where_it_is_made(what: str) -> None:
    line, family, source = KEPT[what]

    assert [(site.line, site.family) for site in analyse(source.encode())] == [(line, family)]


@pytest.mark.parametrize("what", FREE)
def test_what_does_not_outlive_its_request_is_no_finding(what: str) -> None:
    assert analyse(FREE[what].encode()) == []


def test_a_class_with_a_byte_that_is_not_utf_8_in_its_name_is_named_as_far_as_it_can_be() -> None:
    source = b"""const grpc = require('@grpc/grpc-js')
exports.check = async function check(req, res) {
  const health = new (made['\xff'].Health)(address, grpc.credentials.createInsecure())
  res.write(await ask(health.check))
}
"""
    assert [site.slot for site in analyse(source)] == ["(made['\ufffd'].Health)"]


def test_the_default_of_a_parameter_in_typescript_is_no_parameter_of_its_own() -> None:
    source = b"""import { EventEmitter } from 'node:events'
const shared = new EventEmitter()
export class Rooms {
  constructor(private readonly sub = shared) {}
  join(room: string) {
    return whenJoined(this.sub, room)
  }
}
function whenJoined(emitter: EventEmitter, room: string) {
  return new Promise((resolve) => {
    emitter.on('joined', (name) => { if (name === room) resolve(name) })
  })
}
"""

    assert [site.line for site in analyse(source, Dialect.TYPESCRIPT)] == [11]
