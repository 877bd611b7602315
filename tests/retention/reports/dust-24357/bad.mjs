export function events(req, res) {
  const beat = setInterval(() => res.write(': beat\n\n'), 10_000)
  // the body was read before: this request emits no more close
  req.on('close', () => clearInterval(beat))
  res.write('data: hello\n\n')
}
