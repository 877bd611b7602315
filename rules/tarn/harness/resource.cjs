'use strict'
// Resource: released and used again, waited for before and after its end.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { said, outcome } = require('harness/calls.cjs')

const utils = {
  now: () => 1,
  defer: () => {
    const made = {}
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    return made
  }
}

async function waiting (resource, end) {
  const seen = []
  resource.promise.then((value) => seen.push(String(value)))
  await macrotask()
  const before = [...seen]
  const next = end()
  await macrotask()
  const after = said(await outcome(() => resource.promise))
  return { before, seen, after, same: next?.resource === resource.resource, another: next !== resource }
}

async function unwatched (Resource) {
  const first = new Resource({})
  const second = first.resolve()
  if (second.settle) second.settle()
  return { first: said(await outcome(() => first.promise)), timestamp: second.timestamp, promised: second.promise instanceof Promise }
}

async function keptBy (Resource) {
  const free = []
  const found = await kept(async () => {
    const used = new Resource({ connection: 1 })
    free.push(used.resolve())
  })
  return { ...found, held: free.length === 1 }
}

module.exports = {
  modules: { './utils': utils },
  // Releases without settle() get one.
  expected: (original, change) => {
    const { settled, ...facts } = nothingKept(original, change)
    return settled ? { settled, ...facts } : facts
  },
  facts: async ({ Resource }) => {
    const [one, two] = [new Resource({ id: 1 }), new Resource({ id: 2 })]
    return {
      resolved: await waiting(one, () => one.resolve()),
      settled: two.settle ? await waiting(two, () => two.settle()) : null,
      unwatched: await unwatched(Resource),
      kept: { resolve: await keptBy(Resource) }
    }
  }
}
