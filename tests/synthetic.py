"""A project with a package `next` of our own writing: the shapes that the rules look for, nothing of Next's."""

import json
from pathlib import Path

NEXT_JS = """\
"use strict";
class NextServer {
    constructor(options) {
        this.options = options;
    }
    async loadConfig() {
        return { experimental: {} };
    }
    async createServer(options) {
        return { options, getRequestHandler() { return function handler() { return this; }; } };
    }
    async getServer() {
        if (!this.serverPromise) {
            this.serverPromise = this.loadConfig().then(async (conf)=>{
                // decided by the configuration
                if (conf.experimental.appDir) {
                    process.env.OWN_FLAG = `one
  two`;
                }
                this.server = await this.createServer({
                    ...this.options,
                    conf
                });
                return this.server;
            });
        }
        return this.serverPromise;
    }
    async getServerRequestHandler() {
        // made once
        if (!this.reqHandlerPromise) {
            this.reqHandlerPromise = this.getServer().then((server)=>server.getRequestHandler().bind(server));
        }
        return this.reqHandlerPromise;
    }
}
exports.NextServer = NextServer;
"""

LOADABLE_JS = """\
"use strict";
function load(loader) {
    let promise = loader();
    let state = {
        loading: true,
        loaded: null,
        error: null
    };
    state.promise = promise.then((loaded)=>{
        state.loading = false;
        state.loaded = loaded;
        return loaded;
    }).catch((err)=>{
        state.loading = false;
        state.error = err;
        throw err;
    });
    return state;
}
class Subscription {
    constructor(loadFn, opts) {
        this._res = loadFn(opts.loader);
        this._delay = setTimeout(()=>{}, 5);
        this._timeout = setTimeout(()=>{}, 9);
    }
    promise() {
        return this._res.promise;
    }
    _clearTimeouts() {
        clearTimeout(this._delay);
        clearTimeout(this._timeout);
    }
}
module.exports = { load, Subscription };
"""

SANDBOX_JS = """\
"use strict";
const shared = new Map();
async function createModuleContext(options) {
    return { name: options.moduleName };
}
function getModuleContextShared(options) {
    let deferred = shared.get(options.moduleName);
    if (!deferred) {
        deferred = createModuleContext(options);
        shared.set(options.moduleName, deferred);
    }
    return deferred;
}
exports.getModuleContextShared = getModuleContextShared;
"""

FILES = {
    "dist/server/next.js": NEXT_JS,
    "dist/shared/lib/loadable.js": LOADABLE_JS,
    "dist/server/web/sandbox/context.js": SANDBOX_JS,
}

# In range of the three rules whose shapes FILES has, in no ledger, and never published.
UNCERTIFIED = "13.1.6-synthetic.0"


def make_package(folder: Path, version: str = UNCERTIFIED, files: dict[str, str] | None = None) -> Path:
    """A package directory `next` in `folder` with the given files; returns it."""
    package = folder / "next"
    for path, text in (FILES if files is None else files).items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_bytes(text.encode())
    package.mkdir(parents=True, exist_ok=True)
    (package / "package.json").write_text(json.dumps({"name": "next", "version": version}))
    return package


def make_project(root: Path, version: str = UNCERTIFIED, files: dict[str, str] | None = None) -> Path:
    """A project whose node_modules holds one package `next`; returns the package directory."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "package.json").write_text('{"name": "app", "dependencies": {"next": "*"}}')
    return make_package(root / "node_modules", version, files)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below `root` by relative path, but for nextfix's own folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".nextfix" not in path.parts
    }
