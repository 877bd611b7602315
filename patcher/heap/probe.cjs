// Notes where each promise, timer, handle and AsyncResource of a request was made, so that a heap snapshot has it.
// node --require FILE server.js; then take a snapshot, and `nextfix heap` says of each keeper where its thing was made.
"use strict";
const { AsyncLocalStorage, createHook } = require("async_hooks");
const http = require("http");

const MADE = Symbol("nextfix.made");
const FRAMES = 25;
const requests = new AsyncLocalStorage();
const sites = new Map(); // the same text once for each place
let noting = false;

if (process.setSourceMapsEnabled) process.setSourceMapsEnabled(true);

const { emit } = http.Server.prototype;
http.Server.prototype.emit = function (event, ...rest) {
  return event === "request" ? requests.run(true, () => emit.call(this, event, ...rest)) : emit.call(this, event, ...rest);
};

function place() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  const frames = String(stack).split("\n").slice(1).map((line) => line.trim().replace(/^at /, ""));
  const known = frames.filter((frame) => /:\d+:\d+\)?$/.test(frame) && !frame.includes(__filename));
  const found = known.find((frame) => !frame.includes("node:")) ?? known.at(-1) ?? "";
  if (!sites.has(found)) sites.set(found, Buffer.from(found).toString()); // flat: a slice has no text in a snapshot
  return sites.get(found);
}

createHook({
  init(_id, _type, _trigger, resource) {
    if (noting || !requests.getStore() || resource === null || typeof resource !== "object") return;
    noting = true;
    try {
      Object.defineProperty(resource, MADE, { value: place(), configurable: true });
    } catch {
      // A frozen resource keeps its secret.
    } finally {
      noting = false;
    }
  },
}).enable();
