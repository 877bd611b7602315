// A server that keeps requests in every way that nextfix heap has to tell apart, each under its own url.
// node --expose-gc leaky_server.js OUT [inspect]: drives itself, then writes its heap to OUT, or waits to be inspected.
"use strict";
const { AsyncLocalStorage } = require("async_hooks");
const http = require("http");
const v8 = require("v8");

const requests = new AsyncLocalStorage();
const long = globalThis; // what lives long is reached from here

class NextServer {
    async getServerRequestHandler() {
        this.reqHandlerPromise ??= new Promise((resolve) => setTimeout(resolve, 1));
        return this.reqHandlerPromise;
    }
}
class LoadableSubscription {
    constructor() {
        this._delay = setTimeout(() => {}, 1000);
        this._res = { promise: Promise.resolve() };
        clearTimeout(this._delay);
    }
}
const Renamed = class a {
    constructor() {
        this._loadFn = this._opts = this._callbacks = null;
        this._res = {};
        this._timeout = setTimeout(() => {}, 1000);
        clearTimeout(this._timeout);
    }
};
class Keeper {
    constructor() {
        this.kept = [];
        this.byUrl = new Map();
    }
}
class Key {}

const server = new NextServer();
const keeper = new Keeper();
const keyOfLiveMap = new Key();
const keyOfDeadMap = new Key();
const liveMap = new WeakMap();
const deadMap = () => new WeakMap();
let tail = null;
const weakly = [];
// As Express does: an object that has the name of the class, and no request.
const derived = Object.create(Object.create(http.IncomingMessage.prototype), { app: { value: 1, enumerable: true } });
Object.assign(long, { server, keeper, keyOfLiveMap, keyOfDeadMap, liveMap, weakly, derived, tailOf: () => tail });

const handlers = {
    "/memo": () => server.getServerRequestHandler(),
    "/again": () => server.getServerRequestHandler(),
    "/two": () => (long.subscription ??= new LoadableSubscription()),
    "/renamed": () => (long.renamed ??= new Renamed()),
    "/array": (request) => keeper.kept.push({ request }),
    "/map": (request) => keeper.byUrl.set("x", { response: { req: request } }),
    "/weak": (request) => liveMap.set(keyOfLiveMap, { held: request }),
    "/dead": (request) => deadMap().set(keyOfDeadMap, { held: request }),
    "/ref": (request) => weakly.push(new WeakRef(request)),
    "/tail": () => (tail ??= Promise.resolve(1)),
    "/hostile<script>alert(1)</script>\u0085": (request) => keeper.kept.push(request),
};
const hostile = Object.keys(handlers).at(-1);

const listener = http.createServer((request, response) =>
    requests.run({ req: request }, async () => {
        await handlers[request.url === "/hostile" ? hostile : request.url](request);
        if (request.url === "/hostile") request.url = hostile;
        response.end("ok");
    }),
);

function get(path, agent) {
    return new Promise((resolve) => {
        http.get({ host: "127.0.0.1", port: listener.address().port, path, agent }, (response) => {
            response.resume().on("end", resolve);
        });
    });
}

async function collect() {
    for (let round = 0; round < 6; round++) {
        global.gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

listener.keepAliveTimeout = 300;
listener.listen(0, "127.0.0.1", async () => {
    for (const path of Object.keys(handlers)) await get(path === hostile ? "/hostile" : path, false);
    await new Promise((resolve) => setTimeout(resolve, 2000)); // the Date header's timer lives for a second
    if (process.argv[3] === "inspect") {
        require("inspector").open(0, "127.0.0.1");
        console.log(require("inspector").url());
        return;
    }
    await collect();
    v8.writeHeapSnapshot(process.argv[2]);
    process.exit();
});
