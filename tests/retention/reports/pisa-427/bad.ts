export class Logger {
  private children: Logger[] = []
  level = 'info'

  constructor(private readonly bindings: Record<string, unknown>) {}

  child(bindings: Record<string, unknown>): Logger {
    const made = new Logger({ ...this.bindings, ...bindings })
    this.children.push(made)
    return made
  }

  setLevel(level: string): void {
    this.level = level
    for (const child of this.children) child.setLevel(level)
  }
}

export const root = new Logger({ name: 'pisa' })

export function logRequests(req: { url: string; log?: Logger }, _res: unknown, next: () => void): void {
  req.log = root.child({ req })
  next()
}
