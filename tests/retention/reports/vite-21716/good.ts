export class ModuleGraph {
  #unresolved = new Map<string, Promise<string>>();
  readonly modules = new Map<string, { url: string }>();

  async ensure(url: string): Promise<string> {
    const pending = this.#unresolved.get(url);
    if (pending) return pending;
    const made = (async () => {
      try {
        const id = await this.#resolve(url);
        this.modules.set(id, { url });
        return id;
      } finally {
        this.#unresolved.delete(url);
      }
    })();
    this.#unresolved.set(url, made);
    return made;
  }

  async #resolve(url: string): Promise<string> {
    await null;
    if (url.startsWith('/missing')) throw new Error(`not found: ${url}`);
    return url.slice(1);
  }
}

export const graph = new ModuleGraph();
