// runs a handler as Lambda would: the first of the answer and the limit counts
exports.run = function run (handler, event, seconds, callback) {
  let over = false
  const context = {
    succeed (answer) {
      if (!over) callback(null, answer)
    },
    fail (error) {
      if (!over) callback(error)
    }
  }
  setTimeout(function () {
    over = true
    callback(new Error('Task timed out after ' + seconds + ' seconds'))
  }, seconds * 1000)
  handler(event, context)
}
