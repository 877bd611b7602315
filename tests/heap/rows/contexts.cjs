//# AsyncResource kept
//= Job in jobs[*] in (app/user.cjs)
const { AsyncResource } = require("async_hooks");
class Job extends AsyncResource {}
const jobs = [];
inside("/a", () => { jobs.push(new Job("Job")); });

//# AsyncResource emitDestroy called
//= AsyncResource in resource in (app/user.cjs)
const { AsyncResource } = require("async_hooks");
let resource;
inside("/a", () => {
  resource = new AsyncResource("done");
  resource.emitDestroy();
});

//# AsyncResource.bind fn
//= AsyncResource in callback in (app/user.cjs)
const { AsyncResource } = require("async_hooks");
let callback;
inside("/a", () => { callback = AsyncResource.bind(() => {}); });

//# AsyncLocalStorage.bind fn
//= AsyncResource in bus._events in (app/user.cjs)
const bus = new (require("events").EventEmitter)();
inside("/a", () => { bus.on("change", AsyncLocalStorage.bind(() => {})); });

//# AsyncLocalStorage.snapshot fn
//= AsyncResource in snapshots[*] in (app/user.cjs)
const snapshots = new Map();
inside("/a", () => { snapshots.set("a", AsyncLocalStorage.snapshot()); });

//# EventEmitterAsyncResource
//= EventEmitterReferencingAsyncResource in emitter in (app/user.cjs)
const { EventEmitterAsyncResource } = require("events");
let emitter;
inside("/a", () => { emitter = new EventEmitterAsyncResource({ name: "Query" }); });

//# process.on(signal), first listener
//= Signal in signalWraps in (node:internal/process/signal)
inside("/a", () => { process.on("SIGUSR2", function reload() {}); });

//# monitorEventLoopDelay enabled
//= Histogram in delay in (app/user.cjs)
let delay;
inside("/a", () => {
  delay = require("perf_hooks").monitorEventLoopDelay();
  delay.enable();
});

//# navigator.locks request held
//= 24, 26: Promise in (native code of Node)
//= 22: nothing
inside("/a", () => { navigator.locks?.request("migration", () => new Promise(() => {})); });
