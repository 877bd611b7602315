//# undici Agent made by request
//= TCP in Client[socket] <- reached from dispatcher in (app/user.cjs)
//= Timeout in (a live timer, <n> ms, callback onParserTimeout in dispatcher/client-h1.js), its handle in Parser.timeout <- reached from dispatcher in (app/user.cjs)
//= 22: Timeout in fastNowTimeout in (util/timers.js)
const { Agent, request } = require("undici");
const server = require("http").createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
server.keepAliveTimeout = 600000;
let dispatcher;
server.on("listening", () => inside("/a", async () => {
  dispatcher = new Agent();
  const { body } = await request(`http://127.0.0.1:${server.address().port}`, { dispatcher });
  await body.text();
}));
var patience = 400;

//# undici root Agent, connection opened by request
//= TCP in Client[socket] <- reached from api in (app/user.cjs)
//= Timeout in (a live timer, <n> ms, callback onParserTimeout in dispatcher/client-h1.js), its handle in Parser.timeout <- reached from api in (app/user.cjs)
//= 22: Timeout in fastNowTimeout in (util/timers.js)
const { Agent, request } = require("undici");
const server = require("http").createServer((_, answer) => answer.end()).listen(0, "127.0.0.1");
server.keepAliveTimeout = 600000;
class Api { constructor() { this.dispatcher = new Agent(); } }
const api = new Api();
server.on("listening", () => inside("/a", async () => {
  const { body } = await request(`http://127.0.0.1:${server.address().port}`, { dispatcher: api.dispatcher });
  await body.text();
}));
var patience = 400;

//# ws WebSocket client open
//= TCP in Sender._socket <- reached from live in (app/user.cjs)
const { WebSocket, WebSocketServer } = require("ws");
const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
let live;
server.on("listening", () => inside("/a", () => { live = new WebSocket(`ws://127.0.0.1:${server.address().port}`); }));
var patience = 400;

//# lru-cache ttlAutopurge
//= Timeout in (a live timer, 600001 ms, callback anonymous in node/index.min.js), its handle in u.#g[*] <- reached from sessions in (app/user.cjs)
const { LRUCache } = require("lru-cache");
const sessions = new LRUCache({ ttl: 600000, ttlAutopurge: true });
inside("/a", () => { sessions.set("a", 1); });

//# DataLoader made by request, loaded
//= 22: Promise in DataLoader._batch.callbacks[*].reject <- reached from users in (app/user.cjs)
//= 22: Promise in DataLoader._cacheMap[*] <- reached from users in (app/user.cjs)
//= 22: Promise in resolvedPromise in (dataloader/index.js)
//= 24, 26: nothing
const DataLoader = require("dataloader");
let users;
inside("/a", () => {
  users = new DataLoader(async (keys) => keys);
  users.load(1);
});

//# DataLoader at load, keys loaded by request
//= 22: Promise in DataLoader._batch.callbacks[*].reject <- reached from users in (app/user.cjs)
//= 22: Promise in DataLoader._cacheMap[*] <- reached from users in (app/user.cjs)
//= 22: Promise in resolvedPromise in (dataloader/index.js)
//= 24, 26: nothing
const DataLoader = require("dataloader");
const users = new DataLoader(async (keys) => keys);
inside("/a", () => { users.load(1); });

//# ioredis made by request
//= Promise in Command.promise <- reached from redis in (app/user.cjs)
//= 22: Promise in reject in (built/Command.js)
//= 22: Promise in reject in (built/Redis.js)
//= 22: Promise in reject in (connectors/StandaloneConnector.js)
//= 24, 26: Promise in resolve in (built/Redis.js)
//= 22: TCP and Timeout in StandaloneConnector.stream <- reached from redis in (app/user.cjs)
//= 24, 26: TCP in StandaloneConnector.stream <- reached from redis in (app/user.cjs)
const Redis = require("ioredis");
const server = require("net").createServer((peer) => peer.on("data", () => peer.write("+OK\r\n"))).listen(0, "127.0.0.1");
let redis;
server.on("listening", () => inside("/a", () => {
  redis = new Redis(server.address().port, "127.0.0.1", { enableReadyCheck: false });
}));
var patience = 400;

//# ioredis made at load, lazyConnect, connected by request
//= Promise in Command.promise <- reached from redis in (app/user.cjs)
//= 22: Promise in reject in (built/Command.js)
//= 22: Promise in reject in (built/Redis.js)
//= 22: Promise in reject in (connectors/StandaloneConnector.js)
//= 24, 26: Promise in resolve in (built/Redis.js)
//= 22: TCP and Timeout in StandaloneConnector.stream <- reached from redis in (app/user.cjs)
//= 24, 26: TCP in StandaloneConnector.stream <- reached from redis in (app/user.cjs)
const Redis = require("ioredis");
const server = require("net").createServer((peer) => peer.on("data", () => peer.write("+OK\r\n"))).listen(0, "127.0.0.1");
let redis;
server.on("listening", () => {
  const port = server.address().port;
  redis = new Redis(port, "127.0.0.1", { enableReadyCheck: false, lazyConnect: true });
  inside("/a", () => redis.set("a", 1));
});
var patience = 400;

//# pg Pool made at load, connected by request
//= 22: Promise in res in (pg-pool/index.js)
//= 22: Promise in resolve in (dist/index.js)
//= TCP in Connection.stream <- reached from pool in (app/user.cjs)
const { Pool } = require("pg");
const ready = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0, 90, 0, 0, 0, 5, 73]);
const server = require("net").createServer((peer) => peer.once("data", () => peer.write(ready))).listen(0, "127.0.0.1");
let pool;
server.on("listening", () => {
  pool = new Pool({ host: "127.0.0.1", port: server.address().port, idleTimeoutMillis: 0 });
  inside("/a", async () => { (await pool.connect()).release(); });
});
var patience = 400;

//# pg Pool made by request, connected
//= 22: Promise in res in (pg-pool/index.js)
//= 22: Promise in resolve in (dist/index.js)
//= TCP in Connection.stream <- reached from pool in (app/user.cjs)
const { Pool } = require("pg");
const ready = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0, 90, 0, 0, 0, 5, 73]);
const server = require("net").createServer((peer) => peer.once("data", () => peer.write(ready))).listen(0, "127.0.0.1");
let pool;
server.on("listening", () => inside("/a", async () => {
  pool = new Pool({ host: "127.0.0.1", port: server.address().port, idleTimeoutMillis: 0 });
  (await pool.connect()).release();
}));
var patience = 400;

//# mysql2 pool made at load, connected by request
//= TCP in PoolConnection.stream <- reached from pool in (app/user.cjs)
const mysql = require("mysql2");
const server = mysql.createServer((peer) => peer.serverHandshake({ protocolVersion: 10, serverVersion: "8.0.0",
  connectionId: 1, statusFlags: 2, characterSet: 8, capabilityFlags: 0xffffff ^ 0x800, authCallback: (_, done) => done() }));
let pool;
server.listen(0, "127.0.0.1", () => {
  pool = mysql.createPool({ host: "127.0.0.1", port: server._server.address().port, user: "a" });
  inside("/a", () => pool.getConnection((error, link) => link.release()));
});
var patience = 600;

//# mongodb client made at load, connected by request
//= 22: Promise in callback.reject in (cmap/connection_pool.js)
//= 22: Promise in resolve in (cmap/connect.js)
//= 22: TCP and Timeout in Connection.socket <- reached from client in (app/user.cjs)
//= 24, 26: TCP in Connection.socket <- reached from client in (app/user.cjs)
//= Timeout in (a live timer, 100 ms, callback anonymous in cmap/connection_pool.js), its handle in ConnectionPool.minPoolSizeTimer <- reached from client in (app/user.cjs)
//= Timeout in (a live timer, 10000 ms, callback anonymous in sdam/monitor.js), its handle in MonitorInterval.timerId <- reached from client in (app/user.cjs)
const { MongoClient, BSON } = require("mongodb");
const hello = { ok: 1, isWritablePrimary: true, minWireVersion: 8, maxWireVersion: 21, localTime: new Date() };
let client;
const server = require("net").createServer((peer) => peer.on("data", (asked) => {
  const body = BSON.serialize(hello), head = Buffer.alloc(21);
  [21 + body.length, 1, asked.readInt32LE(4), 2013, 0].forEach((value, at) => head.writeInt32LE(value, at * 4));
  peer.write(Buffer.concat([head, body]));
})).listen(0, "127.0.0.1", () => {
  client = new MongoClient(`mongodb://127.0.0.1:${server.address().port}`, { serverApi: "1" });
  inside("/a", () => client.db("app").command({ ping: 1 }));
});
var patience = 900;
