const surveys = []

export function checkout(req, res) {
  const order = req.headers['x-order'] ?? 'none'
  setTimeout(() => {
    surveys.push({ order, at: Date.now() })
  }, 15 * 60 * 1000).unref()
  res.setHeader('x-order', order)
}
