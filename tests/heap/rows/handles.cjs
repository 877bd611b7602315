//# net.Socket client idle
//= TCP in socket in (app/user.cjs)
const net = require("net");
const server = net.createServer(() => {}).listen(0, "127.0.0.1");
let socket;
server.on("listening", () => {
  inside("/a", () => { socket = net.connect(server.address().port, "127.0.0.1"); });
});

//# net.Socket client idle, after data
//= TCP in Cache.connection <- reached from cache in (app/user.cjs)
const net = require("net");
class Cache { constructor() { this.connection = null; } }
const cache = new Cache();
const server = net.createServer((peer) => peer.end("hello", () => {})).listen(0, "127.0.0.1");
server.on("listening", () => inside("/a", () => {
  cache.connection = net.connect({ port: server.address().port, host: "127.0.0.1", allowHalfOpen: true });
  cache.connection.on("data", () => {});
}));

//# net.Socket client destroyed
//= 22: Promise in socket._events.connect in (app/user.cjs)
//= 24, 26: nothing
const net = require("net");
const server = net.createServer(() => {}).listen(0, "127.0.0.1");
let socket;
server.on("listening", () => inside("/a", async () => {
  socket = net.connect(server.address().port, "127.0.0.1");
  await new Promise((done) => socket.on("connect", done));
  socket.destroy();
}));

//# net.Server listening
//= ChannelWrap in defaultResolver in (node:internal/dns/utils)
//= TCP in server in (app/user.cjs)
let server;
inside("/a", () => { server = require("net").createServer().listen(0, "127.0.0.1"); });

//# tls socket idle
//= TCP and TLSWrap in socket in (app/user.cjs)
const net = require("net"), tls = require("tls");
const server = net.createServer((peer) => peer.resume()).listen(0, "127.0.0.1");
let socket;
server.on("listening", () => inside("/a", () => {
  socket = tls.connect({ port: server.address().port, host: "127.0.0.1", rejectUnauthorized: false });
  socket.on("error", () => {});
}));

//# http.Agent keepAlive made by request
//= TCP in agent.freeSockets['127.0.0.1:<n>:'][*] in (app/user.cjs)
const http = require("http");
const server = http.createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
server.keepAliveTimeout = 600000;
let agent;
server.on("listening", () => inside("/a", () => {
  agent = new http.Agent({ keepAlive: true });
  http.get({ host: "127.0.0.1", port: server.address().port, agent }, (answer) => answer.resume());
}));

//# http root Agent keepAlive, socket opened by request
//= TCP in Api.agent.freeSockets['127.0.0.1:<n>:'][*] <- reached from api in (app/user.cjs)
const http = require("http");
const server = http.createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
server.keepAliveTimeout = 600000;
class Api { constructor() { this.agent = new http.Agent({ keepAlive: true }); } }
const api = new Api();
server.on("listening", () => inside("/a", () => {
  http.get({ host: "127.0.0.1", port: server.address().port, agent: api.agent }, (answer) => answer.resume());
}));

//# http ClientRequest kept, one-shot
//= 22: Promise in call._events in (app/user.cjs)
//= 24, 26: nothing
const http = require("http");
const server = http.createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
let call;
server.on("listening", () => inside("/a", () => {
  call = http.get({ host: "127.0.0.1", port: server.address().port, agent: false });
  new Promise((done) => call.on("response", done)).then((answer) => answer.resume());
}));

//# http.Server listening, made by request
//= ChannelWrap in defaultResolver in (node:internal/dns/utils)
//= TCP in server in (app/user.cjs)
//= Timeout in (a live timer, 30000 ms, callback checkConnections in node:_http_server), its handle in server in (app/user.cjs)
let server;
inside("/a", () => { server = require("http").createServer().listen(0, "127.0.0.1"); });

//# http.Server closed, made by request
//= ChannelWrap in defaultResolver in (node:internal/dns/utils)
let server;
inside("/a", () => {
  server = require("http").createServer().listen(0, "127.0.0.1");
  server.close();
});

//# fetch global, connection kept alive
//= TCP in globalThis[undici.globalDispatcher.<n>] for http://127.0.0.1:<n>/
//= Timeout in (a live timer, <n> ms, callback onParserTimeout in node:internal/deps/undici/undici), its handle in globalThis[undici.globalDispatcher.<n>] for http://127.0.0.1:<n>/
const server = require("http").createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
server.keepAliveTimeout = 600000;
server.on("listening", () => inside("/a", () => {
  fetch(`http://127.0.0.1:${server.address().port}`).then((answer) => answer.text());
}));

//# fetch Response kept, body read
//= 22: Promise in answer in (app/user.cjs)
//= 24, 26: nothing
const server = require("http").createServer((_, answer) => answer.end("x")).listen(0, "127.0.0.1");
let answer;
server.on("listening", () => inside("/a", async () => {
  const headers = { connection: "close" };
  answer = await fetch(`http://127.0.0.1:${server.address().port}`, { headers });
  await answer.text();
}));

//# http2 session idle
//= Http2Session and TCP in session in (app/user.cjs)
const http2 = require("http2");
const server = http2.createServer().listen(0, "127.0.0.1");
let session;
server.on("listening", () => inside("/a", () => {
  session = http2.connect(`http://127.0.0.1:${server.address().port}`);
}));

//# http2 session closed
//= 22: Promise in session._events in (app/user.cjs)
//= 24, 26: nothing
const http2 = require("http2");
const server = http2.createServer().listen(0, "127.0.0.1");
let session;
server.on("listening", () => inside("/a", () => {
  session = http2.connect(`http://127.0.0.1:${server.address().port}`);
  new Promise((done) => session.on("connect", done)).then(() => session.close());
}));

//# dgram socket bound
//= UDP in socket in (app/user.cjs)
//= 22: ChannelWrap in defaultResolver in (node:internal/dns/utils)
let socket;
inside("/a", () => { socket = require("dgram").createSocket("udp4").bind(0, "127.0.0.1"); });

//# dns.Resolver unused
//= ChannelWrap in Lookup.resolver <- reached from lookup in (app/user.cjs)
const { Resolver } = require("dns");
class Lookup { constructor() { this.resolver = null; } }
const lookup = new Lookup();
inside("/a", () => { lookup.resolver = new Resolver(); });

//# dns.Resolver used (refused)
//= ChannelWrap in resolver in (app/user.cjs)
const { Resolver } = require("dns");
let resolver;
inside("/a", () => {
  resolver = new Resolver({ tries: 1, timeout: 100 });
  resolver.setServers(["127.0.0.1:1"]);
  resolver.resolve("localhost.test", () => {});
});

//# global WebSocket open
//= 22: Promise and TCP in live in (app/user.cjs)
//= 24, 26: TCP in live in (app/user.cjs)
const crypto = require("crypto"), key = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const server = require("http").createServer().listen(0, "127.0.0.1");
server.on("upgrade", (request, peer) => {
  const accept = crypto.createHash("sha1").update(request.headers["sec-websocket-key"] + key).digest("base64");
  peer.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
});
let live;
server.on("listening", () => inside("/a", () => { live = new WebSocket(`ws://127.0.0.1:${server.address().port}`); }));

//# fs.watch
//= FSEvent in watcher in (app/user.cjs)
let watcher;
inside("/a", () => { watcher = require("fs").watch(__dirname); });

//# fs.watchFile
//= StatWatcher in statWatchers in (node:fs)
inside("/a", () => { require("fs").watchFile(__filename, function changed() {}); });

//# fs.promises.watch iterator waiting
//= FSEvent and Promise in events in (app/user.cjs)
let events;
inside("/a", () => {
  events = require("fs/promises").watch(__dirname);
  events.next();
});

//# child_process live
//= Pipe and Process in child in (app/user.cjs)
let child;
inside("/a", () => { child = require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"]); });

//# Worker live
//= MessagePort and Worker in workers[*] in (app/user.cjs)
const { Worker } = require("worker_threads");
const workers = [];
inside("/a", () => { workers.push(new Worker("setInterval(() => {}, 60000)", { eval: true })); });
var patience = 600;

//# Worker exited
//= MessagePort in worker in (app/user.cjs)
const { Worker } = require("worker_threads");
let worker;
inside("/a", () => { worker = new Worker("", { eval: true }); });
var patience = 1500;

//# MessageChannel, no listener
//= MessagePort in channel.port1 in (app/user.cjs)
//= MessagePort in channel.port2 in (app/user.cjs)
let channel;
inside("/a", () => { channel = new MessageChannel(); });

//# MessageChannel with listener
//= MessagePort in (native code of Node)
//= MessagePort in Bridge.port <- reached from bridge in (app/user.cjs)
class Bridge { constructor() { this.port = null; } }
const bridge = new Bridge();
inside("/a", () => {
  const channel = new MessageChannel();
  channel.port1.on("message", () => {});
  bridge.port = channel.port1;
});

//# BroadcastChannel with listener
//= MessagePort in channel in (app/user.cjs)
let channel;
inside("/a", () => {
  channel = new BroadcastChannel("news");
  channel.onmessage = () => {};
});
