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
  #watching = false;

  constructor(user) {
    this.user = user;
  }

  #watch() {
    if (this.#watching) return;
    this.#watching = true;
    events.subscribe((event) => {
      if (event.type === 'changed') this.#views.delete(event.view);
    });
  }

  async runView(name) {
    this.#watch();
    this.#loading = this.#loading.then(() => name.length);
    this.#views.set(name, await this.#loading);
    return this.#views.get(name);
  }
}

export async function resolve(args, context) {
  const provider = new Provider(context.user);
  return await provider.runView('users');
}
