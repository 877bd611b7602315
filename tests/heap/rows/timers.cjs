//# Timeout live
//= Timeout in (a live timer, 600000 ms, callback refresh in app/user.cjs), its handle in timer in (app/user.cjs)
let timer;
inside("/a", () => { timer = setTimeout(function refresh() {}, 600000); });

//# Timeout live, handle dropped, unref
//= Timeout in (a live timer, 600000 ms, callback forget in app/user.cjs)
inside("/a", () => { setTimeout(function forget() {}, 600000).unref(); });

//# Timeout live, id kept (+t)
//= Timeout in (a live timer, 600000 ms, callback refresh in app/user.cjs), its handle in knownTimersById in (node:internal/timers)
let id;
inside("/a", () => { id = +setTimeout(function refresh() {}, 600000); });

//# Timeout fired
//= 22: Timeout in timer in (app/user.cjs)
//= 24, 26: nothing
let timer;
inside("/a", () => { timer = setTimeout(() => {}, 1); });

//# Timeout cleared
//= 22: Timeout in Watch.timer <- reached from watch in (app/user.cjs)
//= 24, 26: nothing
class Watch { constructor() { this.timer = null; } }
const watch = new Watch();
inside("/a", () => {
  watch.timer = setTimeout(() => {}, 600000);
  clearTimeout(watch.timer);
});

//# Timeout of request, refreshed and live
//= Timeout in (a live timer, 600000 ms, callback expire in app/user.cjs), its handle in timer in (app/user.cjs)
let timer;
inside("/a", () => { timer = setTimeout(function expire() {}, 600000); });
timer.refresh();

//# Interval live
//= Timeout in (a live timer, 30000 ms, callback poll in app/user.cjs), its handle in pollers[*] in (app/user.cjs)
setInterval(function beside() {}, 30000);
const pollers = new Map();
inside("/a", () => { pollers.set("a", setInterval(function poll() {}, 30000)); });
setInterval(function beside() {}, 30000);

//# Interval cleared
//= 22: Timeout in timer in (app/user.cjs)
//= 24, 26: nothing
let timer;
inside("/a", () => {
  timer = setInterval(() => {}, 600000);
  clearInterval(timer);
});

//# Interval cleared in own callback
//= 22: Timeout in timer in (app/user.cjs)
//= 24, 26: nothing
let timer;
inside("/a", () => { timer = setInterval(() => clearInterval(timer), 1); });

//# Immediate cleared
//= 22: Immediate in immediate in (app/user.cjs)
//= 24, 26: nothing
let immediate;
inside("/a", () => {
  immediate = setImmediate(() => {});
  clearImmediate(immediate);
});

//# Immediate run
//= 22: Immediate in immediate in (app/user.cjs)
//= 24, 26: nothing
let immediate;
inside("/a", () => { immediate = setImmediate(() => {}); });

//# AbortSignal.timeout live
//= Timeout in (a live timer, 600000 ms, callback anonymous in node:internal/abort_controller), its handle in signal in (app/user.cjs)
let signal;
inside("/a", () => { signal = AbortSignal.timeout(600000); });

//# AbortSignal.timeout fired
//= 22: Timeout in signal in (app/user.cjs)
//= 24, 26: nothing
let signal;
inside("/a", () => { signal = AbortSignal.timeout(1); });

//# setTimeout promise with long-lived signal, pending
//= Promise in controller in (app/user.cjs)
//= Timeout in (a live timer, 600000 ms, callback resolves a promise), its handle in controller in (app/user.cjs)
const controller = new AbortController();
inside("/a", () => { require("timers/promises").setTimeout(600000, null, { signal: controller.signal }); });

//# timers/promises setInterval iterator, between
//= Promise in ticks[*] in (app/user.cjs)
//= Timeout in (a live timer, 600000 ms, callback anonymous in node:timers/promises), its handle in ticks[*] in (app/user.cjs)
const ticks = [];
inside("/a", () => {
  const iterator = require("timers/promises").setInterval(600000);
  iterator.next();
  ticks.push(iterator);
});
