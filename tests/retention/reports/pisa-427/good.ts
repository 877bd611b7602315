export class Logger {
  level = 'info'

  constructor(private readonly bindings: Record<string, unknown>) {}

  child(bindings: Record<string, unknown>): Logger {
    return new Logger({ ...this.bindings, ...bindings })
  }
}

export const root = new Logger({ name: 'pisa' })

export function logRequests(req: { url: string; log?: Logger }, _res: unknown, next: () => void): void {
  req.log = root.child({ req })
  next()
}
