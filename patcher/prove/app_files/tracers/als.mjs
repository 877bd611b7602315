// What every tracer does, and no more: one store for each request, entered before its handler runs.
import { AsyncLocalStorage } from "async_hooks";
import { Server } from "http";

const storage = new AsyncLocalStorage();
const emit = Server.prototype.emit;

Server.prototype.emit = function (event, req, ...rest) {
  if (event !== "request") return emit.call(this, event, req, ...rest);
  return storage.run({ req }, () => emit.call(this, event, req, ...rest));
};
