import { query } from '../_deps/service.mjs'

const requestsUnderway = {}

export function abort(request) {
  const controller = requestsUnderway[request.id]
  if (!controller) return
  controller.abort()
  delete requestsUnderway[request.id]
}

export function send(request) {
  const controller = new AbortController()
  requestsUnderway[request.id] = controller
  return query('geo', [request.path]).finally(() => {
    delete requestsUnderway[request.id]
  })
}
