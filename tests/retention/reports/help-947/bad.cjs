const samples = []

// GET /status: begins to watch the memory of the process
exports.status = function (req, res) {
  setInterval(function () {
    samples.push(process.memoryUsage().rss)
    if (samples.length > 100) samples.shift()
  }, 1000)
  res.write(JSON.stringify(samples))
}
