const EventEmitter = require('node:events')

const queue = new EventEmitter()
queue.setMaxListeners(0)

exports.finish = (id) => queue.emit('global:completed', id, 'done')

exports.waitJob = function (wanted) {
  return new Promise(function (resolve, reject) {
    queue.on('global:completed', function (id, result) {
      if (id === wanted) resolve(result)
    })
    queue.on('global:failed', function (id, error) {
      if (id === wanted) reject(error)
    })
  })
}
