//# control: a closure over the request
//= IncomingMessage in request in (app/user.cjs)
let handler;
inside("/a", (request) => { handler = () => request.url; });

//# promise settled
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = Promise.resolve().then(() => 1); });

//# promise Promise.resolve()
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = Promise.resolve({}); });

//# promise withResolvers pending
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = Promise.withResolvers().promise; });

//# promise rejected, handled
//= Error whose stack was never read in kept in (app/user.cjs)
//= 22: Promise in kept in (app/user.cjs)
let kept;
inside("/a", (request) => {
  kept = (async () => { throw new Error(`no answer to ${request.url}`); })();
  kept.catch(() => {});
});

//# promise rejected with a non-Error, handled
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => {
  kept = Promise.reject("no");
  kept.catch(() => {});
});

//# promise Promise.all settled
//= 22: Promise in Settings.all <- reached from settings in (app/user.cjs)
//= 24, 26: nothing
class Settings { constructor() { this.all = null; } }
const settings = new Settings();
inside("/a", () => { settings.all = Promise.all([Promise.resolve(1), 2]); });

//# promise pending, no reaction
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = new Promise(() => {}); });

//# promise pending, awaited by request
//= Promise in kept in (app/user.cjs)
let kept;
inside("/a", async () => {
  kept = new Promise(() => {});
  await kept;
});

//# promise pending: resolve fn alone
//= 22: Promise in finish in (app/user.cjs)
//= 24, 26: nothing
let finish;
inside("/a", () => { new Promise((done) => { finish = done; }); });

//# promise settled: resolve fn alone
//= 22: Promise in finish in (app/user.cjs)
//= 24, 26: nothing
let finish;
inside("/a", () => {
  new Promise((done) => { finish = done; });
  finish();
});

//# promise pending awaited by request: resolve fn in a queue
//= Promise in queue[*] in (app/user.cjs)
const queue = [];
inside("/a", async () => { await new Promise((done) => queue.push(done)); });

//# promise pending awaited, then root resolves it
//= 22: Promise in finish in (app/user.cjs)
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept, finish;
inside("/a", async () => {
  kept = new Promise((done) => { finish = done; });
  await kept;
});
finish();

//# .then on long-lived pending promise
//= Promise in shutdown in (app/user.cjs)
const shutdown = new Promise(() => {});
inside("/a", () => { shutdown.then(() => {}); });

//# await of long-lived pending promise
//= Promise in shutdown in (app/user.cjs)
const shutdown = new Promise(() => {});
inside("/a", async () => { await shutdown; });

//# Promise.race([long-lived pending, work])
//= Promise in Server.closed <- reached from server in (app/user.cjs)
class Server { constructor() { this.closed = new Promise(() => {}); } }
const server = new Server();
inside("/a", () => { Promise.race([server.closed, Promise.resolve()]); });

//# async generator awaiting root promise
//= Promise in never in (app/user.cjs)
//= 22: Promise in rows in (app/user.cjs)
const never = new Promise(() => {});
let rows;
inside("/a", () => {
  rows = (async function* () { yield await never; })();
  rows.next();
});

//# promise tail = tail.then(job)
//= 22: Promise in tail in (app/user.cjs)
//= 24, 26: nothing
let tail = Promise.resolve();
inside("/a", () => { tail = tail.then(() => {}); });

//# promise of import() kept
//= 22: Promise in cascadedLoader for node:fs in (node:internal/modules/esm/loader)
//= 22: Promise in cjsCache for node:fs in (node:internal/modules/esm/translators)
//= 22: Promise in kept in (app/user.cjs)
//= 22: Promise in resolvedPromise in (node:internal/modules/esm/module_job)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = import("fs"); });

//# lazy first import() of ESM file
//= 22: Promise in cascadedLoader for app/lazy.mjs in (node:internal/modules/esm/loader)
//= 22: Promise in resolvedPromise in (node:internal/modules/esm/module_job)
//= 24, 26: nothing
require("fs").writeFileSync(`${__dirname}/lazy.mjs`, "export const answer = 42;");
let answer;
inside("/a", () => { import("./lazy.mjs").then((lazy) => { answer = lazy.answer; }); });

//# lazy first import() of ESM with top-level await
//= 22: Promise in cascadedLoader for app/lazy.mjs in (node:internal/modules/esm/loader)
//= 22: Promise in resolvedPromise in (node:internal/modules/esm/module_job)
//= 24, 26: nothing
require("fs").writeFileSync(`${__dirname}/lazy.mjs`, "export const answer = await Promise.resolve(42);");
let answer;
inside("/a", () => { import("./lazy.mjs").then((lazy) => { answer = lazy.answer; }); });

//# lazy first require(esm) file
//= 22: Promise in cascadedLoader for app/lazy.mjs in (node:internal/modules/esm/loader)
//= 22: Promise in resolvedPromise in (node:internal/modules/esm/module_job)
//= 24, 26: nothing
require("fs").writeFileSync(`${__dirname}/lazy.mjs`, "export const answer = 42;");
let answer;
inside("/a", () => { answer = require("./lazy.mjs").answer; });

//# lazy first require() of CJS with promise at top
//= 22: Promise in ready in (app/lazy.cjs)
//= 24, 26: nothing
require("fs").writeFileSync(`${__dirname}/lazy.cjs`, "const ready = Promise.resolve(); exports.use = () => ready;");
inside("/a", () => { require("./lazy.cjs"); });

//# events.once promise settled
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
const { once, EventEmitter } = require("events");
const bus = new EventEmitter();
let kept;
inside("/a", () => {
  kept = once(bus, "ready");
  bus.emit("ready");
});

//# timers/promises settled
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = require("timers/promises").setTimeout(1); });

//# crypto.subtle promise settled
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
let kept;
inside("/a", () => { kept = crypto.subtle.digest("SHA-256", Buffer.from("a")); });

//# Atomics.waitAsync pending
//= 22: Promise in kept in (app/user.cjs)
//= 24, 26: nothing
const cell = new Int32Array(new SharedArrayBuffer(4));
let kept;
inside("/a", () => { kept = Atomics.waitAsync(cell, 0, 0).value; });

//# dns/promises lookup settled promise
//= ChannelWrap in defaultResolver in (node:internal/dns/utils)
//= 22: Promise in kept in (app/user.cjs)
let kept;
inside("/a", () => { kept = require("dns/promises").lookup("127.0.0.1"); });

//# vm context with a promise of its own
//= 22: Promise in sandbox.ready in (app/user.cjs)
//= 24, 26: nothing
let sandbox;
inside("/a", () => {
  sandbox = require("vm").createContext({});
  require("vm").runInContext("var ready = Promise.resolve()", sandbox);
});

//# WebAssembly.compile promise
//= 22: Promise in compiled in (app/user.cjs)
//= 24, 26: nothing
let compiled;
inside("/a", () => { compiled = WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); });

//# Error kept, stack unread
//= Error whose stack was never read in lastError in (app/user.cjs)
let lastError;
inside("/a", (request) => {
  const fail = () => new Error(`no answer to ${request.url}`);
  lastError = fail();
});

//# Error kept, made in a closure of the handler after await
//= Error whose stack was never read in lastError in (app/user.cjs)
let lastError;
inside("/a", async (request) => {
  await null;
  const fail = () => new Error(`no answer to ${request.url}`);
  lastError = fail();
});
