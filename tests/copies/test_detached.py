"""The style `detached` for copies of Next: what is kept is made in the root, and all of it can be undone."""

from pathlib import Path

import pytest

from patcher.analysis.file import analyse
from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.diff import diff_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.syntax.tree import errors, parse
from tests.releases import install

pytestmark = pytest.mark.registry
MADE = {
    "dist/server/next.js": [
        "this.serverPromise = nextfixRoot(() => this.loadConfig().then(async (conf)=>{",
        "this.reqHandlerPromise = nextfixRoot(() => this.getServer().then((server)=>server",
    ],
    "dist/shared/lib/loadable.js": [
        "state.promise = nextfixRoot(() => promise.then((loaded)=>{",
        "this._delay = nextfixRoot(() => setTimeout(()=>{",
        "this._timeout = nextfixRoot(() => setTimeout(()=>{",
    ],
    "dist/server/web/sandbox/context.js": [
        "deferredModuleContext = nextfixRoot(() => createModuleContext(options));"
    ],
}


def test_everything_that_a_release_keeps_is_made_in_the_root_and_put_back(tmp_path: Path) -> None:
    copy = install(tmp_path, "next", "13.0.7")
    (tmp_path / "package.json").write_text('{"name": "app", "dependencies": {"next": "13.0.7"}}')
    before = {path: (copy / path).read_bytes() for path in MADE}
    request = Request(tmp_path, style="detached")

    assert [(one.done, one.style) for one in apply_all(request, dry_run=False)[0]] == [
        (CopyOutcome.REWRITTEN, "detached")
    ]
    for path, made in MADE.items():
        new = (copy / path).read_bytes()
        assert all(line.encode() in new for line in made)
        assert not any(errors(parse(new).root_node))
        assert analyse(new) == []
        assert b'require("async_hooks")' in new  # Node 18 and older have no process.getBuiltinModule
        assert new.count(b"\n") == before[path].count(b"\n")

    assert [one.done for one in apply_all(Request(tmp_path), dry_run=False)[0]] == [CopyOutcome.UNCHANGED]
    assert diff_all(request)[0] == []
    assert [one.done for one in apply_all(Request(tmp_path, style="documented"), dry_run=False)[0]] == [
        CopyOutcome.REWRITTEN
    ]
    assert all(b"nextfixRoot" not in (copy / path).read_bytes() for path in MADE)
    apply_all(request, dry_run=False)
    list(revert_all(tmp_path)[0])
    assert {path: (copy / path).read_bytes() for path in MADE} == before
