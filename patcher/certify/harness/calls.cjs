'use strict'
// Many calls at once, and what became of each.

const CONCURRENT = 20

const reasonOf = (error) => (error instanceof Error ? error.message : String(error))

// The outcome of one call that may throw, reject or return.
async function outcome (call) {
  let result
  try {
    result = call()
  } catch (error) {
    return { threw: reasonOf(error) }
  }
  try {
    return { value: await result }
  } catch (error) {
    return { rejected: reasonOf(error) }
  }
}

// The outcomes of CONCURRENT calls that are all made before the first has settled.
const together = (call) => Promise.all(Array.from({ length: CONCURRENT }, () => outcome(call)))

const distinct = (outcomes) => new Set(outcomes.filter((one) => 'value' in one).map((one) => one.value)).size
const failures = (outcomes) => outcomes.filter((one) => !('value' in one)).length
const said = ({ threw, rejected }) => threw ?? rejected ?? 'resolved'

// A function like `work` whose first call rejects.
function failingFirst (work, counter) {
  return async (...args) => {
    counter.calls += 1
    const first = counter.calls === 1
    await new Promise((resolve) => setImmediate(resolve))
    if (first) throw new Error('first')
    return work(...args)
  }
}

module.exports = { CONCURRENT, outcome, together, distinct, failures, said, failingFirst }
