// runs a handler as Lambda would: the first of the answer and the limit counts
exports.run = function run (handler, event, seconds, callback) {
  let over = false
  const timer = setTimeout(function () {
    over = true
    callback(new Error('Task timed out after ' + seconds + ' seconds'))
  }, seconds * 1000)
  const context = {
    succeed (answer) {
      clearTimeout(timer)
      if (!over) callback(null, answer)
    },
    fail (error) {
      clearTimeout(timer)
      if (!over) callback(error)
    }
  }
  handler(event, context)
}
