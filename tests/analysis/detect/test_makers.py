"""Where something may be made that carries the context of its maker, by every way to name it."""

import pytest

from patcher.analysis.detect import makers
from patcher.analysis.detect.makers import maker_places
from patcher.analysis.file import analyse
from patcher.analysis.prefilter.worth import worth_reading


@pytest.mark.parametrize(
    "source",
    [
        "import net from 'node:net'; net.connect«(»1)",
        "const socket = (0, net_1.createConnection)«(»1)",
        "import { connect as open } from 'net'; open«(»1)",
        "const { Worker: Thread } = require('worker_threads'); new Thread«(»'a.js')",
        "const { spawn: run } = await import('child_process'); run«(»'a')",
        "var { watch: look } = __importStar(require('fs')); look«(»'a')",
        "import {\n  Resolver as Names,\n} from\n'node:dns'; new Names«(»)",
        "globalThis.setInterval«(»go, 9); mysetInterval(go, 9)",
    ],
)
def test_it_is_found_by_its_name_and_by_the_one_that_the_file_gives_it(source: str) -> None:
    before, _, rest = source.partition("«(»")

    assert maker_places(f"{before}({rest}".encode()) == [len(before)]


@pytest.mark.parametrize(
    "source",
    [
        b"import { connect as open } from 'nets'; open(1)",
        b"import { format as open } from 'net'; open(1)",
        b"const open = 1; x('net'); open(1)",
    ],
)
def test_other_modules_and_other_names_make_nothing(source: bytes) -> None:
    assert maker_places(source) == []


@pytest.mark.parametrize(
    ("module", "families"),
    [
        ("__importStar(require('net'))", ["lazy-handle"]),
        ("_interop_require_default(require('net'))", ["lazy-handle"]),
        ("__toESM(require('node:net'), 1)", ["lazy-handle"]),
        ("fake(require('net'))", []),
    ],
)
def test_what_a_compiler_puts_around_a_module_is_the_module(module: str, families: list[str]) -> None:
    source = (
        f"var lib = {module}\nlet s\n"
        "exports.get = (req, res) => { s ??= lib.connect(80); s.write('x'); res.end() }"
    )

    assert [site.family for site in analyse(source.encode())] == families


_HANDLER = "export function handler(req, res) { KEEPS; res.end() }\n"
_FOLLOWED = {
    "through a helper": ("let kept\nfunction open() { return connect(1) }\n", "kept ??= open()"),
    "through two": (
        "let kept\nfunction open() { return connect(1) }\nfunction again() { return open() }\n",
        "kept ??= again()",
    ),
    "in an instance": ("let kept\nclass Wrapper { socket = connect(1) }\n", "kept ??= new Wrapper()"),
    "through what collects it": (
        "const kept = []\nfunction add(socket) { kept.push(socket) }\n",
        "const socket = connect(1); add(socket)",
    ),
    "an interval": ("let kept\nfunction every() { return setInterval(tick, 1000) }\n", "kept ??= every()"),
}


@pytest.mark.parametrize("way", _FOLLOWED)
def test_what_is_made_is_followed_through_a_large_file_as_through_a_small_one(way: str) -> None:
    declared, keeps = _FOLLOWED[way]
    others = "".join(f"function other{i}(a, b) {{ return a + b * {i} }}\n" for i in range(1_000))
    imported = "import { connect } from 'node:net'\n" if "connect" in declared + keeps else ""
    handler = _HANDLER.replace("KEEPS", keeps)
    sizes = [imported + declared + handler, imported + declared + others + handler + others]

    small, large = ([site.family for site in analyse(source.encode())] for source in sizes)

    assert len(small) == 1
    assert large == small


_MADE = [
    *(
        (f"import {{ {name.partition('.')[0]} }} from '{module}'\n", name)
        for module, name in ((module.decode(), name.decode()) for module, name in makers._MADE)
    ),
    *(("", name.decode()) for name in makers._GLOBALS),
]


@pytest.mark.parametrize(("imports", "name"), _MADE)
def test_a_file_that_makes_one_is_worth_reading(imports: str, name: str) -> None:
    new = "new " if name.rpartition(".")[2][0].isupper() else ""
    opens = makers._OPENED.get(name.encode(), b".on(").decode()
    source = f"{imports}let kept\nexport function get(k) {{ kept ||= {new}{name}(k); kept{opens}1) }}"

    assert worth_reading(source.encode())
