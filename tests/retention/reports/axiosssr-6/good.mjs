const http = {
  async get(url, { headers = {} } = {}) {
    return { url, headers }
  },
}

export async function render(req, res) {
  const page = await http.get('/api/page', { headers: { cookie: req.headers.cookie } })
  res.write(page.url)
}
