type Tool = (input: string) => Promise<string>

const LIMIT = 120_000

export async function execute(name: string, tool: Tool): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} took too long`)), LIMIT)
  })
  const result = await Promise.race([tool(name), limit])
  clearTimeout(timer)
  return result
}
