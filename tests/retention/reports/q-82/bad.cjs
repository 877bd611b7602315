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
  promise.then(deferred.resolve, deferred.reject)
  setTimeout(function () {
    deferred.reject(new Error('Timed out after ' + ms + ' ms'))
  }, ms)
  return deferred.promise
}
