import { Worker } from 'node:worker_threads'

const running: Record<string, { worker: Worker; status: string; expires: number }> = {}

export async function generate(req: { url: string }, res: { write(text: string): void }, id: string) {
  const worker = new Worker('process.exit()', { eval: true })
  running[id] = { worker, status: 'In progress', expires: Date.now() + 300_000 }
  worker.on('message', (message: { type: string }) => {
    if (message.type === 'done') running[id].status = 'Done'
  })
  worker.once('exit', () => {
    delete running[id]
  })
  worker.unref()
  res.write(`started ${req.url}`)
}

export const status = (id: string) => running[id]?.status
