'use strict'
// A batch processor: batches by time and by size, while one is exported, after failures; what its timer keeps.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { byHand, globals } = require('harness/clock.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

class BindOnceFuture {
  constructor (call, that) { Object.assign(this, { isCalled: false, bound: () => call.call(that) }) }
  call () { this.isCalled = true; this.promise ??= Promise.resolve(this.bound()); return this.promise }
}

class Metrics {
  dropLogs () {}
  finishLogs () {}
  dropSpans () {}
  finishSpans () {}
  shutdown () {}
}

const unref = (timer) => timer.unref?.()

// The timers of a clock moved by hand have no unref of their own.
const setTimeout = (...args) => {
  const timer = globals.setTimeout(...args)
  timer.unref ??= () => timer
  return timer
}

const surroundings = (errors) => lenient({
  BindOnceFuture,
  unrefTimer: unref,
  ExportResultCode: { SUCCESS: 0, FAILED: 1 },
  TraceFlags: { SAMPLED: 1 },
  context: { active: () => ({}), with: (_, call) => call() },
  suppressTracing: (context) => context,
  callWithTimeout: (promise) => promise,
  globalErrorHandler: (error) => { errors.push(error.message) },
  diag: { warn () {}, debug () {} },
  getEnv: () => ({}),
  internal: { _export: (exporter, batch) => new Promise((resolve) => { exporter.export(batch, resolve) }) },
  SpanProcessorMetrics: Metrics,
  LogRecordProcessorMetrics: Metrics
})

function processing ({ source, file }, { failing = 0, delay = 1000, size = 3 } = {}) {
  const log = { batches: [], errors: [], done: 0 }
  const exporter = {
    export (batch, done) {
      log.batches.push(batch.length)
      const failed = log.batches.length <= failing
      setImmediate(() => { log.done += 1; done(failed ? { code: 1, error: new Error('refused') } : { code: 0 }) })
    },
    shutdown: async () => {},
    forceFlush: async () => {}
  }
  const all = surroundings(log.errors)
  const { exports } = evaluate(source, file, { globals: { ...globals, setTimeout }, surrounding: () => all })
  const Base = exports.BatchSpanProcessorBase ?? exports.BatchLogRecordProcessorBase
  class Processor extends Base { onShutdown () {} }
  const config = { scheduledDelayMillis: delay, maxExportBatchSize: size, maxQueueSize: 10, exportTimeoutMillis: 50000 }
  const processor = Base.length === 1 ? new Processor({ exporter, ...config }) : new Processor(exporter, config)
  const item = { spanContext: () => ({ traceFlags: 1 }), resource: {} }
  const add = (count) => { for (let n = 0; n < count; n++) (processor.onEnd ?? processor.onEmit).call(processor, item) }
  return { processor, log, add, exporter }
}

const later = async () => { for (let n = 0; n < 6; n++) await macrotask() }

const batched = (opened, options) => byHand(async (clock) => {
  const { processor, log, add } = processing(opened, options)
  const seen = []
  const look = () => { seen.push([clock.waiting.size, clock.cleared, log.batches.length, log.done, log.errors.length]) }
  add(1)
  look()
  clock.advance(999)
  look()
  clock.advance(1)
  add(1)
  look()
  await later()
  look()
  clock.advance(1000)
  await later()
  look()
  add(4)
  await later()
  look()
  await processor.forceFlush()
  look()
  await processor.shutdown()
  add(1)
  look()
  return { seen, batches: log.batches, errors: log.errors }
})

async function keptBy (opened) {
  const { processor, add, log } = processing(opened, { delay: 1e6 })
  const found = await kept(async () => { add(1) })
  return { ...found, held: processor !== undefined && log.batches.length === 0 }
}

module.exports = {
  open: (source, file) => ({ subject: { source, file }, texts: { source } }),
  expected: nothingKept,
  facts: async (opened) => ({
    batched: await batched(opened),
    failing: await batched(opened, { failing: 1 }),
    largest: processing(opened, { size: 20 }).processor._maxExportBatchSize,
    kept: { timer: await keptBy(opened) }
  })
}
