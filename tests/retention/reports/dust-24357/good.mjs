export function events(req, res) {
  const beat = setInterval(() => res.write(': beat\n\n'), 10_000)
  res.on('close', () => clearInterval(beat))
  res.write('data: hello\n\n')
}
