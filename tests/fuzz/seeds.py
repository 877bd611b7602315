"""JavaScript of our own writing in the shapes that rules find, readable and minified: where fuzzing begins."""

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
