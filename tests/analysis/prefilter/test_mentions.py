"""The places that decide about a store are among its mentions."""

import pytest

from patcher.analysis.prefilter.mentions import mentions


def mentioned(source: bytes, store: bytes, word: bytes) -> bool:
    """Whether the last `word` of `source` is mentioned by the `=`, `]` or `(` that ends `store`."""
    place = source.index(store) + len(store) - 1
    return source.rindex(word) in mentions(source, [place])


@pytest.mark.parametrize(
    ("source", "store", "word"),
    [
        (b"this.ready = load(); other.ready = null", b"this.ready =", b"ready"),
        (b"class Pool { a() { this.ready = load() } } new Pool()", b"this.ready =", b"Pool"),
        (b"let ready; ready = load(); function load() {}", b"ready =", b"load"),
        (b"this.ready = this.load(); X.prototype.load = f", b"this.ready =", b"load"),
        (b"const state = {}; state.cur = f().catch(g); use(state)", b"state.cur =", b"state"),
        (b"var kept = cache; kept[key] = load(); var cache = {}", b"kept[key] =", b"cache"),
        (b"x.p = load(); let Sn = new Map; Sn[k] = f(); let Sn = 1", b"Sn[k] =", b"Sn = 1"),
        (b"const o = { first: function () { kept = load() } }; o.first()", b"kept =", b"first"),
        (
            b"this.calls[id] = done; X.prototype.a = () => { delete this.calls[b] }",
            b"this.calls[id]",
            b"calls",
        ),
        (b"calls[kind][id] = done; delete calls[a][b]", b"calls[kind][id]", b"calls"),
        (b"const id = next(); sockets.add(req); sockets.delete(a)", b"sockets.add(", b"sockets"),
        (b"const id = 1; this.sockets.add(req); self.sockets.delete(a)", b"this.sockets.add(", b"sockets"),
        (b"this.timer = setTimeout(go); clearTimeout(this.timer)", b"setTimeout(", b"timer"),
    ],
)
def test_what_a_store_is_judged_by_is_mentioned(source: bytes, store: bytes, word: bytes) -> None:
    assert mentioned(source, store, word)


@pytest.mark.parametrize(
    ("source", "store", "word"),
    [
        (b"ready = load(); readyState()", b"ready =", b"ready"),
        (b"ready = load(); other.ready", b"ready =", b"ready"),
        (b"this.ready = axios.request(); function request() {}", b"this.ready =", b"request"),
        (b"this.ready = new Promise(f); new Promise(g)", b"this.ready =", b"Promise"),
    ],
)
def test_another_thing_of_the_same_letters_is_not_mentioned(source: bytes, store: bytes, word: bytes) -> None:
    assert not mentioned(source, store, word)
