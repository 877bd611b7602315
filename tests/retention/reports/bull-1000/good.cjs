const EventEmitter = require('node:events')

const queue = new EventEmitter()
queue.setMaxListeners(0)

const waiting = new Map()
queue.on('global:completed', function (id, result) {
  const job = waiting.get(id)
  waiting.delete(id)
  if (job) job.resolve(result)
})
queue.on('global:failed', function (id, error) {
  const job = waiting.get(id)
  waiting.delete(id)
  if (job) job.reject(error)
})

exports.finish = (id) => queue.emit('global:completed', id, 'done')

exports.waitJob = function (wanted) {
  return new Promise(function (resolve, reject) {
    waiting.set(wanted, { resolve, reject })
  })
}
