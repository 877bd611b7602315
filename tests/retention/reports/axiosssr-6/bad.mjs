const http = {
  interceptors: {
    request: {
      handlers: [],
      use(handler) {
        this.handlers.push(handler)
        return this.handlers.length - 1
      },
      eject(place) {
        this.handlers[place] = null
      },
    },
  },
  async get(url) {
    let config = { url, headers: {} }
    for (const handler of this.interceptors.request.handlers) if (handler) config = handler(config)
    return config
  },
}

export async function render(req, res) {
  http.interceptors.request.use((config) => {
    config.headers.cookie = req.headers.cookie
    return config
  })
  const page = await http.get('/api/page')
  res.write(page.url)
}
