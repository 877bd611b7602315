function defer() {
  const deferred = {}
  deferred.promise = new Promise((resolve, reject) => {
    deferred.resolve = resolve
    deferred.reject = reject
  })
  return deferred
}

exports.timeout = function timeout(promise, ms) {
  const deferred = defer()
  const timer = setTimeout(function () {
    deferred.reject(new Error('Timed out after ' + ms + ' ms'))
  }, ms)
  promise.then(
    function (value) {
      clearTimeout(timer)
      deferred.resolve(value)
    },
    function (error) {
      clearTimeout(timer)
      deferred.reject(error)
    },
  )
  return deferred.promise
}
