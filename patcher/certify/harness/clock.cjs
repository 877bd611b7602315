'use strict'
// Timers that a scenario moves by hand; outside a scenario they are the real ones.

class Clock {
  constructor () { Object.assign(this, { now: 0, waiting: new Map(), next: 1, cleared: 0 }) }

  setTimeout (callback, delay = 0, ...args) {
    const handle = { id: this.next++ }
    this.waiting.set(handle, { at: this.now + delay, run: () => callback(...args) })
    return handle
  }

  clearTimeout (handle) { if (this.waiting.delete(handle)) this.cleared += 1 }

  advance (milliseconds) {
    this.now += milliseconds
    const due = [...this.waiting].filter(([, timer]) => timer.at <= this.now).sort((a, b) => a[1].at - b[1].at)
    for (const [handle, timer] of due) if (this.waiting.delete(handle)) timer.run()
  }
}

const real = { setTimeout, clearTimeout }
let current = real

module.exports = {
  globals: {
    setTimeout: (...args) => current.setTimeout(...args),
    clearTimeout: (handle) => current.clearTimeout(handle)
  },
  // Runs `scenario(clock)` on a clock of its own.
  async byHand (scenario) {
    const clock = new Clock()
    current = clock
    try { return await scenario(clock) } finally { current = real }
  }
}
