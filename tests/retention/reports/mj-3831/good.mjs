class Subject {
  #observers = new Set();
  subscribe(next) {
    this.#observers.add(next);
    return { unsubscribe: () => this.#observers.delete(next) };
  }
  next(value) {
    for (const observer of this.#observers) observer(value);
  }
}

export const events = new Subject();

class Provider {
  #views = new Map();
  #loading = Promise.resolve();
  #subscription;

  constructor(user) {
    this.user = user;
  }

  #watch() {
    this.#subscription ??= events.subscribe((event) => {
      if (event.type === 'changed') this.#views.delete(event.view);
    });
  }

  async runView(name) {
    this.#watch();
    this.#loading = this.#loading.then(() => name.length);
    this.#views.set(name, await this.#loading);
    return this.#views.get(name);
  }

  dispose() {
    this.#subscription?.unsubscribe();
  }
}

export async function resolve(args, context) {
  const provider = new Provider(context.user);
  try {
    return await provider.runView('users');
  } finally {
    provider.dispose();
  }
}
