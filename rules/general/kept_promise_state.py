"""A state object that is returned with its promise in it."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-promise-state",
    severity=Severity.ERROR,
    keeps="promise",
    growth="one a key",
    made_in_root=True,
    title=(
        "`{slot}` stays in the state that `{function}` returns, and keeps the request that asked for it first"
    ),
    why=(
        "The caller keeps the state object for good, and the promise in it carries the async context of "
        "whoever made it: one request for every object of this kind, one a component in the case of "
        "next/dynamic."
    ),
    fix=(
        "Take the promise out of the state when it settles: `state.promise = null` in the same `then` "
        "that stores the value, and in the one that stores the error."
    ),
    retains="""function load(loader) {
  const state = { loading: true, loaded: null, error: null }
  state.promise = loader().then((loaded) => {
    state.loading = false
    state.loaded = loaded
    return loaded
  })
  return state
}
function component(loader, options) {
  let state = null
  return () => {
    if (!state) state = loader(options.load)
    return state.promise
  }
}
exports.handle = component(load, { load: async () => "page" })
""",
    frees="""function load(loader) {
  const state = { loading: true, loaded: null, error: null }
  state.promise = loader().then((loaded) => {
    state.loading = false
    state.loaded = loaded
    state.promise = null
    return loaded
  })
  return state
}
function component(loader, options) {
  let state = null
  return () => {
    if (!state) state = loader(options.load)
    return state.promise
  }
}
exports.handle = component(load, { load: async () => "page" })
""",
)
