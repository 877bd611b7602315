// Makes each kind of thing once inside a request, keeps it, and prints which requests are still there: {"trial": kept}.
// A trial is null where this Node has no such thing. Usage: node --expose-gc trials.cjs TRACKER [FOLDER WITH ITS PACKAGES]
const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks")
const { createRequire } = require("node:module")
const { once, EventEmitter } = require("node:events")
const net = require("node:net")
const path = require("node:path")
const stream = require("node:stream")

const [, , tracker, folder] = process.argv
const load = folder ? createRequire(path.join(path.resolve(folder), "package.json")) : require
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

// Each gives a function that runs `work` in a request and returns a weak reference to what the tracker keeps of it.
const TRACKERS = {
  "als-run"() {
    const storage = new AsyncLocalStorage()
    return (work) => {
      const request = {}
      storage.run({ request }, work)
      return new WeakRef(request)
    }
  },
  "als-enter"() {
    const storage = new AsyncLocalStorage()
    return (work) => {
      const request = {}
      storage.enterWith({ request })
      work()
      return new WeakRef(request)
    }
  },
  "cls-hooked"() {
    const space = load("cls-hooked").createNamespace("requests")
    return (work) => {
      const request = {}
      space.run(() => {
        space.set("request", request)
        work()
      })
      return new WeakRef(request)
    }
  },
  "dd-trace"() {
    const tracer = load("dd-trace").init({ startupLogs: false, flushInterval: 50, logLevel: "error" })
    return (work) => {
      let kept
      tracer.trace("request", {}, () => {
        kept = new WeakRef(tracer.scope().active())
        work()
      })
      return kept
    }
  },
  opentelemetry() {
    const api = load("@opentelemetry/api")
    const { NodeTracerProvider } = load("@opentelemetry/sdk-trace-node")
    new NodeTracerProvider().register()
    const tracer = api.trace.getTracer("requests")
    return (work) =>
      tracer.startActiveSpan("request", (span) => {
        work()
        span.end()
        return new WeakRef(span)
      })
  },
  sentry() {
    const sentry = load("@sentry/node")
    sentry.init({ dsn: "http://key@127.0.0.1:9/1", sendClientReports: false, autoSessionTracking: false })
    return (work) =>
      sentry.withIsolationScope((scope) => {
        work()
        return new WeakRef(scope)
      })
  },
}

function trials(world) {
  const { never, shared, port } = world
  return {
    // promise
    "settled promise": () => Promise.resolve().then(() => 1),
    "promise of an async function": () => (async () => 1)(),
    "pending promise": () => new Promise(() => {}),
    "resolve function": () => {
      let settle
      new Promise((done) => (settle = done))
      return settle
    },
    // timer
    "timeout that fired": () => setTimeout(() => {}, 1),
    "timeout that was cleared": () => {
      const timer = setTimeout(() => {}, 60_000)
      clearTimeout(timer)
      return timer
    },
    "interval that was cleared": () => {
      const timer = setInterval(() => {}, 60_000)
      clearInterval(timer)
      return timer
    },
    "immediate that ran": () => setImmediate(() => {}),
    // live-timer
    "interval that runs": () => setInterval(() => {}, 60_000).unref(),
    "timeout that waits": () => setTimeout(() => {}, 600_000).unref(),
    "timeout whose handle is dropped": () => setTimeout(() => {}, 600_000).unref() && null,
    "AbortSignal.timeout that waits": () => AbortSignal.timeout(600_000),
    "timers/promises interval": () => {
      const ticks = require("node:timers/promises").setInterval(5, 1, { ref: false })
      ;(async () => {
        for await (const _ of ticks);
      })()
      return ticks
    },
    // reaction
    "await of a promise that stays pending": () => {
      ;(async () => {
        await never
      })()
    },
    "then on a promise that stays pending": () => {
      never.then(() => {})
    },
    "race with a promise that stays pending": () => {
      Promise.race([never, Promise.resolve()])
    },
    "for await on a stream that lives on": () => {
      ;(async () => {
        for await (const _ of world.idle());
      })()
    },
    // stream
    "finished on a stream that lives on": () => {
      stream.finished(shared.finished, () => {})
    },
    "pipeline into a stream that lives on": () => {
      stream.pipeline(new stream.PassThrough(), shared.pipeline, () => {})
    },
    // handle
    "net.connect": () => net.connect(port, "127.0.0.1").unref(),
    "http2.connect": () => {
      const session = require("node:http2").connect(`http://127.0.0.1:${world.http2}`)
      session.on("error", () => {})
      session.unref()
      return session
    },
    "net.Server that listens": () => net.createServer().listen(0, "127.0.0.1").unref(),
    "http.Server that listens": () => require("node:http").createServer().listen(0, "127.0.0.1").unref(),
    "dgram socket": () => require("node:dgram").createSocket("udp4").unref(),
    "dns.Resolver": () => new (require("node:dns").Resolver)(),
    "fs.watch": () => require("node:fs").watch(__dirname, { persistent: false }),
    "child process": () => {
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"])
      world.children.push(child.pid)
      return child
    },
    Worker: () => {
      const worker = new (require("node:worker_threads").Worker)("setInterval(() => {}, 60_000)", { eval: true })
      worker.unref()
      return worker
    },
    MessageChannel: () => new MessageChannel(),
    BroadcastChannel: () => {
      const channel = new BroadcastChannel("retention")
      channel.onmessage = () => {}
      channel.unref?.()
      return channel
    },
    WebSocket: () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`)
      socket.onerror = () => {}
      return socket
    },
    // context
    AsyncResource: () => new AsyncResource("kept"),
    "AsyncResource.bind": () => AsyncResource.bind(() => {}),
    "AsyncLocalStorage.bind": () => AsyncLocalStorage.bind(() => {}),
    "AsyncLocalStorage.snapshot": () => AsyncLocalStorage.snapshot(),
    // web-stream
    ReadableStream: () => new ReadableStream({ start: (to) => to.enqueue("a") }),
    // storage
    "AsyncLocalStorage made by a call": () => {
      const own = new AsyncLocalStorage()
      own.run({}, () => {})
      return own
    },
    // plain
    "plain value": () => ({ value: 1 }),
    "listener on an emitter that lives on": () => {
      world.emitter.on("change", () => {})
    },
    "abort listener on a signal that lives on": () => {
      world.abort.signal.addEventListener("abort", () => {})
    },
  }
}

async function listening(server) {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  server.unref()
  return server.address().port
}

async function main() {
  const inside = TRACKERS[tracker.replace(/^dd-trace.*/, "dd-trace")]()
  const world = {
    never: new Promise(() => {}),
    shared: { finished: new stream.PassThrough(), pipeline: new stream.PassThrough() },
    idle: () => (world.waiting ??= new stream.PassThrough()),
    port: await listening(net.createServer()),
    http2: await listening(require("node:http2").createServer()),
    emitter: new EventEmitter(),
    abort: new AbortController(),
    children: [],
  }
  world.idle()
  const slots = new Map()
  const references = new Map()
  const failed = {}
  // The first request makes what the tracker and Node make once: nobody looks at it.
  for (const [name, make] of [["warm-up", () => 1], ...Object.entries(trials(world))]) {
    await pause(1)
    await new Promise((done) => {
      setImmediate(() => {
        references.set(
          name,
          inside(() => {
            try {
              slots.set(name, make())
            } catch (error) {
              failed[name] = String(error)
            }
          }),
        )
        done()
      })
    })
  }
  await pause(1500)
  for (let round = 0; round < 8; round++) {
    await pause(25)
    globalThis.gc()
  }
  references.delete("warm-up")
  const kept = {}
  for (const [name, reference] of references) kept[name] = name in failed ? null : reference.deref() !== undefined
  for (const pid of world.children) process.kill(pid)
  process.stdout.write(`${JSON.stringify(kept)}\n`, () => process.exit(0))
}

main()
