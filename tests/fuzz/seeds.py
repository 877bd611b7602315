"""JavaScript of our own writing in the shapes that rules find, readable and minified: where fuzzing begins."""

from patcher.catalogue.load import families
from tests.fix.shapes import ALL as MEMOS
from tests.synthetic import FILES

PREPARE = """\
class Base {
    constructor() { this.preparing = null; }
    async prepare() {
        if (this.preparing === null) {
            this.preparing = this.prepareAll();
        }
        return this.preparing;
    }
}
"""

DISK = """\
let index = null;
async function getOrInitDiskLRU(folder, limit) {
    if (!index) {
        index = (async () => {
            const entries = await list(folder);
            // newest first
            return new Cache(limit, entries.sort((a, b) => b.at - a.at));
        })();
    }
    return index;
}
"""

FIRST_LOADABLE = """\
function begin(loader) {
  let pending = loader()
  let state = { loading: true, loaded: null, error: null }
  state.promise = pending.then(loaded => {
    state.loading = false
    state.loaded = loaded
    return loaded
  }).catch(error => {
    state.loading = false
    state.error = error
    throw error
  })
  return state
}
function loadMap(object) {
  let state = { loading: false, loaded: {}, error: null }
  let all = []
  state.promise = Promise.all(all).then(found => {
    state.loading = false
    return found
  }).catch(reason => {
    state.loading = false
    throw reason
  })
  return state
}
function make(load, options) {
  let result = null
  function init() {
    if (!result) {
      result = load(options.loader)
    }
    return result.promise
  }
  return init
}
"""

MINIFIED_SERVER = (
    "class S{async getServer(){if(!this.p){let u=o(this);this.p=this.l(u).then(async c=>{if(c.a)process.env.X=`1`;"
    "return this.s=await this.m({...this.o,conf:c}),this.s})}return this.p}async getServerRequestHandler(){"
    "return this.h||(this.h=this.getServer().then(e=>e.handler.bind(e))),this.h}}exports.S=S"
)

MINIFIED_LOADABLE = (
    "(()=>{var e={1:(e,t)=>{function n(e){let t=e(),n={loading:!0,loaded:null,error:null};return n.promise=t.then"
    "(e=>(n.loading=!1,n.loaded=e,e)).catch(e=>{throw n.loading=!1,n.error=e,e}),n}class r{promise(){return this._r."
    "promise}_c(){clearTimeout(this._d),clearTimeout(this._t)}}t.n=n,t.r=r}};e[1](0,{})})();"
)

SEEDS: tuple[bytes, ...] = tuple(
    text.encode()
    for text in (*FILES.values(), PREPARE, DISK, FIRST_LOADABLE, MINIFIED_SERVER, MINIFIED_LOADABLE)
)

# Private fields as TypeScript and Babel write them for older engines, and stores that only bytes tell of.
COMPILED = """\
"use strict";
var __classPrivateFieldSet = set, __classPrivateFieldGet = get;
var _Client_ready, _open = new WeakMap();
class Client {
    constructor() { _Client_ready.set(this, void 0); _classPrivateFieldInitSpec(this, _open, void 0); }
    ready() {
        if (!__classPrivateFieldGet(this, _Client_ready, "f")) {
            __classPrivateFieldSet(this, _Client_ready, this.load().then((found) => found.value), "f");
        }
        return __classPrivateFieldGet(this, _Client_ready, "f");
    }
    open() { return _classPrivateFieldGet2(_open, this) || _classPrivateFieldSet2(_open, this, fetch("/")) }
}
_Client_ready = new WeakMap();
const byName = {}, byKey = new Map();
exports.named = (name) => byName[name] ??= import(name);
exports.keyed = (key) => byKey.get(key) ?? (byKey.set(key, promisify(read)(key)), byKey.get(key));
exports.listed = (list, at) => { if (!list[at[0]]) list[at[0]] = Promise.all(list); return list[at[0]] };
exports.poll = function () { this.timer = this.timer || setInterval(() => this.poll(), 1e3); };
"""

TYPED = """\
import { promisify } from "node:util";
export class Session<T extends object = {}> {
  private ready?: Promise<T>;
  static #shared: Promise<Session<any>> | undefined;
  constructor(readonly make: () => Promise<T>) {}
  async get(): Promise<T> {
    if (!this.ready) this.ready = this.make() as Promise<T>;
    return this.ready!;
  }
  static shared(): Promise<Session<any>> {
    return (Session.#shared ??= (async () => new Session(async () => ({})))());
  }
}
let first: Promise<string> | undefined;
export const read = (name: string): Promise<string> => (first ??= promisify(open)(name) as never);
"""

# Where the fuzzing of the analysis and of `check --fix` begins.
ANALYSED: tuple[bytes, ...] = (
    *SEEDS,
    *(text.encode() for text in MEMOS.values()),
    *(text.encode() for family in families().values() for text in (family.retains, family.frees)),
    COMPILED.encode(),
    TYPED.encode(),
)
