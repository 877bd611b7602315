// A request and its response are one thing to let go of, with the closure that handles them.

//# closure over a request and its response
//= closure of a request in app.last in (app/user.cjs)
class ServerResponse { constructor(request) { this.req = request; } }
const app = {};
inside("/a", (request) => {
  const response = new ServerResponse(request);
  app.last = () => [request.url, response];
});

//# listeners over a request and its response
//= closure of a request in EventEmitter._events.done[*] <- reached from bus in (app/user.cjs)
class ServerResponse { constructor(request) { this.req = request; } }
const bus = new (require("events"))();
for (const url of ["/a", "/b"]) {
  inside(url, (request) => {
    const response = new ServerResponse(request);
    bus.on("done", () => [request.url, response]);
  });
}

//# response in an array
//= ServerResponse in responses[*] in (app/user.cjs)
class ServerResponse { constructor(request) { this.req = request; } }
const responses = [];
inside("/a", (request) => { responses.push(new ServerResponse(request)); });

//# request and response in variables of the module
//= IncomingMessage in lastRequest in (app/user.cjs)
//= ServerResponse in lastResponse in (app/user.cjs)
class ServerResponse { constructor(request) { this.req = request; } }
let lastRequest;
let lastResponse;
inside("/a", (request) => { lastRequest = request; lastResponse = new ServerResponse(request); });
exports.of = () => [lastRequest, lastResponse];

//# closure over a request and its response in a live timer
//= Timeout in (a live timer, 1000000 ms, callback anonymous in app/user.cjs), its handle in timer in (app/user.cjs)
class ServerResponse { constructor(request) { this.req = request; } }
let timer;
inside("/a", (request) => {
  const response = new ServerResponse(request);
  timer = setTimeout(() => [request.url, response], 1e6);
});
