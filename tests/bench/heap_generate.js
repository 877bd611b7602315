// Writes a heap snapshot of about MEGABYTES to OUT: a table of rows, as a server's cache is, and requests that a
// memoized promise keeps. node --expose-gc --max-old-space-size=8000 heap_generate.js MEGABYTES OUT
"use strict";
const { AsyncLocalStorage } = require("async_hooks");
const http = require("http");
const v8 = require("v8");

const BYTES_PER_ROW = 990; // of snapshot, measured

class Row {
    constructor(number) {
        this.id = number + 0.5;
        this.name = `row ${number}`;
        this.tags = [number, `tag ${number % 97}`, { number }];
        this.next = null;
        this.byNumber = new Map([[number, "value"]]);
        this.read = () => number;
    }
}
class Cache {
    constructor() {
        this.rows = [];
        this.byName = new Map();
    }
    add(row) {
        this.rows.at(-1) && (this.rows.at(-1).next = row);
        this.rows.push(row);
        this.byName.set(row.name, row);
    }
}
class NextServer {}

const cache = (globalThis.cache = new Cache());
for (let number = 0; number < (process.argv[2] * 1e6 - 4e6) / BYTES_PER_ROW; number++) cache.add(new Row(number));

const app = (globalThis.app = new NextServer());
const requests = new AsyncLocalStorage();
const server = http.createServer((request, response) =>
    requests.run({ req: request }, () => {
        app.reqHandlerPromise ??= Promise.resolve();
        response.end("ok");
    }),
);
server.listen(0, "127.0.0.1", async () => {
    const options = { host: "127.0.0.1", port: server.address().port, path: "/first", agent: false };
    await new Promise((resolve) => http.get(options, (response) => response.resume().on("end", resolve)));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    for (let round = 0; round < 3; round++) global.gc();
    v8.writeHeapSnapshot(process.argv[3]);
    process.exit();
});
