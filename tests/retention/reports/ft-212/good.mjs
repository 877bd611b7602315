const current = {}

export function fetchOnce(key, load) {
  if (current[key]) return current[key]
  current[key] = load(key).finally(() => {
    delete current[key]
  })
  return current[key]
}
