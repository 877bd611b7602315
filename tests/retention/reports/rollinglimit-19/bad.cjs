'use strict'

module.exports = function RateLimiter({ interval, maxInInterval }) {
  const storage = {}
  const timeouts = {}

  return function (id) {
    const now = Date.now()
    const key = String(id)
    if (timeouts[key]) clearTimeout(timeouts[key])
    const stamps = (storage[key] = (storage[key] || []).filter((stamp) => stamp > now - interval))
    const tooMany = stamps.length >= maxInInterval
    if (!tooMany) stamps.push(now)
    timeouts[key] = setTimeout(function () {
      delete storage[key]
    }, interval)
    return !tooMany
  }
}

module.exports.limit = module.exports({ interval: 30, maxInInterval: 2 })
