"""Memos as people write them, for the tests of `check --fix`: each defines `exports.get`, which calls `load` once."""

from textwrap import dedent

# `load` is given by the harness. The first line makes an async function of this file of it, as real files have one.
_HEAD = "async function make(key) { return load(key) }\n"

_SHAPES = {
    "a guarded branch": """
        let kept
        exports.get = function get() {
          if (!kept) {
            kept = make()
          }
          return kept
        }
        """,
    "a branch with statements around the store": """
        let kept
        let logged = 0
        exports.get = function get() {
          if (!kept) {
            const key = "a"
            // the first caller pays
            kept = make(key)
            logged += 1
          }
          return kept
        }
        """,
    "a branch without braces that asks for undefined": """
        let kept
        exports.get = async () => {
          if (kept === undefined) kept = make()
          return kept
        }
        """,
    "a branch that asks for null": """
        let kept = null
        exports.get = async () => {
          if (kept === null) { kept = make() }
          return await kept
        }
        """,
    "an early return": """
        let kept
        exports.get = () => {
          if (kept) return kept
          const key = "b"
          kept = make(key)
          return kept
        }
        """,
    "an early return and a stored return": """
        let kept
        exports.get = () => {
          if (kept != null) { return kept }
          return (kept = make())
        }
        """,
    "a nullish assignment": "let kept\nexports.get = () => (kept ??= make())\n",
    "a logical assignment": "let kept\nexports.get = function () { return kept ||= make() }\n",
    "an assignment and a return": """
        let kept
        exports.get = async function () {
          kept ??= make()
          return kept
        }
        """,
    "an or around an assignment": "let kept\nexports.get = () => kept || (kept = make())\n",
    "an awaited assignment": """
        let kept
        exports.get = async () => {
          const value = await (kept ??= make())
          return value
        }
        """,
    "a branch and an await": """
        let kept
        exports.get = async () => {
          if (!kept) kept = make()
          let value = await kept
          return value
        }
        """,
    "a field": """
        class Client {
          get() {
            if (!this.readyPromise) {
              this.readyPromise = make().then((value) => value)
            }
            return this.readyPromise
          }
        }
        const client = new Client()
        exports.get = () => client.get()
        """,
    "a declared private field": """
        class Client {
          #ready = null
          async get() {
            return (this.#ready ??= make())
          }
        }
        const client = new Client()
        exports.get = () => client.get()
        """,
    "a property of an object": """
        const client = {
          ready: null,
          get() {
            if (!this.ready) this.ready = make()
            return this.ready
          },
        }
        exports.get = () => client.get()
        """,
    "a closure": """
        function once(loader) {
          let pending
          return () => {
            if (!pending) pending = loader().then((value) => value)
            return pending
          }
        }
        exports.get = once(make)
        """,
    "an async function called at once": """
        let kept
        exports.get = () => (kept ??= (async () => { const value = await make(); return value })())
        """,
    "new Promise": """
        let kept
        exports.get = () => (kept ??= new Promise((resolve, reject) => { make().then(resolve, reject) }))
        """,
    "two memos of one slot": """
        let kept
        exports.get = () => (kept ??= make())
        exports.other = async () => {
          if (!kept) kept = make()
          return kept
        }
        """,
}

# Caches: the key is always the same, so that they are asked as the memos above are.
_KEYED = {
    "a Map asked whether it has": """
        const kept = new Map()
        function cached(key) {
          if (!kept.has(key)) kept.set(key, make(key))
          return kept.get(key)
        }
        exports.get = () => cached("a")
        """,
    "a Map asked for the entry": """
        class Cache {
          entries = new Map()
          of(key) {
            let entry = this.entries.get(key)
            if (!entry) {
              // the first caller of this key pays
              entry = make(key)
              this.entries.set(key, entry)
            }
            return entry
          }
        }
        const cache = new Cache()
        exports.get = () => cache.of("a")
        """,
    "a Map asked for the entry with an early return": """
        const kept = new Map()
        function cached(key) {
          const known = kept.get(key)
          if (known) { return known }
          const made = make(key)
          kept.set(key, made)
          return made
        }
        exports.get = () => cached("a")
        """,
}

_RESETTING = {
    "a catch that forgets": """
        let kept
        exports.get = function () {
          if (!kept) {
            kept = make().catch((error) => {
              kept = undefined
              throw error
            })
          }
          return kept
        }
        """,
    "a catch beside": """
        let kept = null
        exports.get = function () {
          if (!kept) {
            kept = make()
            kept.catch(() => { kept = null })
          }
          return kept
        }
        """,
    "a catch that forgets and logs": """
        let kept
        let failed = 0
        exports.get = () => (kept ??= make().catch((error) => { failed++; kept = undefined; throw error }))
        """,
    "a catch that takes the entry out": """
        const kept = new Map()
        async function cached(key) {
          if (!kept.has(key)) {
            kept.set(key, make(key).catch((error) => {
              kept.delete(key)
              throw error
            }))
          }
          return kept.get(key)
        }
        exports.get = () => cached("a")
        """,
    "a catch inside": """
        let kept
        exports.get = () => (kept ??= (async () => {
          try {
            return await make()
          } catch (error) {
            kept = undefined
            throw error
          }
        })())
        """,
}


def _sources(shapes: dict[str, str]) -> dict[str, str]:
    return {name: _HEAD + dedent(text).lstrip("\n") for name, text in shapes.items()}


SHAPES = _sources(_SHAPES | _KEYED)
RESETTING = _sources(_RESETTING)
ALL = SHAPES | RESETTING
