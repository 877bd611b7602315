const current = {}

export function fetchOnce(key, load) {
  if (current[key]) return current[key]
  current[key] = load(key)
    .then((data) => {
      if (data) {
        delete current[key]
        return data
      }
    })
    .catch((error) => {
      delete current[key]
      throw error
    })
  return current[key]
}
