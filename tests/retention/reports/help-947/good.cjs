const samples = []

setInterval(function () {
  samples.push(process.memoryUsage().rss)
  if (samples.length > 100) samples.shift()
}, 1000).unref()

exports.status = function (req, res) {
  res.write(JSON.stringify(samples))
}
