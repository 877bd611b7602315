function debounce (func, wait) {
  let timeout, args, context, timestamp, result

  function later () {
    const last = Date.now() - timestamp
    if (last < wait) {
      timeout = setTimeout(later, wait - last)
    } else {
      timeout = null
      result = func.apply(context, args)
    }
  }

  return function () {
    context = this
    args = arguments
    timestamp = Date.now()
    if (!timeout) timeout = setTimeout(later, wait)
    return result
  }
}

const flush = debounce((req) => req.url, 5)

exports.handler = function (req, res) {
  flush(req)
  res.write('ok')
}
