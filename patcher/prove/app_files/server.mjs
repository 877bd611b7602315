// The custom server of the experiment: the tracer first, then Next.js behind an http server of one's own.
import "./tracer.mjs";
import { createServer } from "http";
import { parse } from "url";
import next from "next";

const app = next({ dev: false });
const handle = app.getRequestHandler();

if (process.env.PROVE_PREPARE !== "0") await app.prepare();

const server = createServer((req, res) => handle(req, res, parse(req.url, true)));
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
