//# events.on iterator waiting
//= 22: Promise in bus._events in (app/user.cjs)
//= 24, 26: nothing
const { on, EventEmitter } = require("events");
const bus = new EventEmitter();
inside("/a", () => { on(bus, "tick").next(); });

//# stream.finished on long-lived stream
//= AsyncResource in shared._events in (app/user.cjs)
const { finished, PassThrough } = require("stream");
const shared = new PassThrough();
inside("/a", () => { finished(shared, () => {}); });

//# stream pipeline pending on long-lived stream
//= AsyncResource in Log.output._events <- reached from log in (app/user.cjs)
const { pipeline, PassThrough } = require("stream");
class Log { constructor() { this.output = new PassThrough(); } }
const log = new Log();
inside("/a", () => { pipeline(new PassThrough(), log.output, () => {}); });

//# Readable async iterator waiting
//= AsyncResource and Promise in source._events in (app/user.cjs)
const { Readable } = require("stream");
const source = new Readable({ read() {} });
inside("/a", async () => { for await (const _ of source); });

//# readline async iterator waiting
//= Promise in lines._events in (app/user.cjs)
const { PassThrough } = require("stream");
const lines = require("readline").createInterface({ input: new PassThrough() });
inside("/a", async () => { for await (const _ of lines); });

//# ReadableStream idle
//= 22: Promise in stream in (app/user.cjs)
//= 24, 26: nothing
let stream;
inside("/a", () => { stream = new ReadableStream({ start(to) { to.enqueue("a"); } }); });

//# WritableStream idle
//= 22: Promise in stream in (app/user.cjs)
//= 24, 26: nothing
let stream;
inside("/a", () => { stream = new WritableStream({ write() {} }); });

//# TransformStream idle
//= 22: Promise in stream in (app/user.cjs)
//= 24, 26: nothing
let stream;
inside("/a", () => { stream = new TransformStream(); });

//# CompressionStream idle
//= 24, 26: AsyncResource and Zlib in Archive.packer <- reached from archive in (app/user.cjs)
//= 22: AsyncResource, Promise and Zlib in Archive.packer <- reached from archive in (app/user.cjs)
class Archive { constructor() { this.packer = null; } }
const archive = new Archive();
inside("/a", () => { archive.packer = new CompressionStream("gzip"); });

//# ReadableStream reader waiting
//= 22: Promise in reader in (app/user.cjs)
//= 24, 26: nothing
const stream = new ReadableStream({ pull: () => new Promise(() => {}) });
let reader;
inside("/a", () => {
  reader = stream.getReader();
  reader.read();
});

//# for await over ReadableStream waiting
//= Promise in stream in (app/user.cjs)
const stream = new ReadableStream({ pull: () => new Promise(() => {}) });
inside("/a", async () => { for await (const _ of stream); });

//# Response with stream body, not read
//= 22: Promise in answer in (app/user.cjs)
//= 22: Promise in llhttpPromise in (node:internal/deps/undici/undici)
//= 24, 26: nothing
let answer;
inside("/a", () => { answer = new Response(new ReadableStream({ start(to) { to.enqueue(Buffer.from("a")); } })); });

//# zlib stream idle
//= Zlib in gzip in (app/user.cjs)
let gzip;
inside("/a", () => { gzip = require("zlib").createGzip(); });
