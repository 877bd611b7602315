"""What a request may run: what is kept for a path, though the function around it runs while the program starts."""

import pytest

from patcher.analysis.file import analyse
from patcher.syntax.tree import Dialect

_START = """import net from 'node:net'
let client
async function main() {{
  {handler} {{ client ??= net.connect(80); client.write('a') }})
  await app.listen({{ port: 3000 }})
}}
main()
"""


def families(handler: str) -> list[str]:
    return [site.family for site in analyse(_START.format(handler=handler).encode(), Dialect.JAVASCRIPT)]


@pytest.mark.parametrize(
    "handler",
    [
        "app.get('/', (req, res) =>",
        "app.get('/', async (request) =>",
        "app.use('/', async (ctx) =>",
        "app.addHook('onRequest', async function (request)",
    ],
)
def test_a_function_that_is_kept_for_a_path_runs_for_requests_wherever_it_is_registered(handler: str) -> None:
    assert families(handler) == ["lazy-handle"]


@pytest.mark.parametrize(
    "handler",
    [
        "await connected((request) =>",
        "https.get(url, (res) =>",
        "outgoing.on('socket', (socket) =>",
        "values.map((ctx) =>",
    ],
)
def test_another_callback_of_the_start_runs_with_it(handler: str) -> None:
    assert families(handler) == []


@pytest.mark.parametrize("name", ["main", "bootstrap", "start"])
@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("app.get('/', (req, res) =>", ["kept-promise-closure"]),
        ("app.get('/', async (request) =>", ["kept-promise-closure"]),
        ("app.use('/', function serve(ctx)", ["kept-promise-closure"]),
        ("values.map(() =>", []),
    ],
)
def test_what_a_handler_keeps_counts_though_the_function_around_it_starts_the_program(
    name: str, handler: str, expected: list[str]
) -> None:
    source = (
        f"async function {name}() {{ let kept\n{handler} {{ kept ??= fetch('/a'); return kept }})\n"
        f"await app.listen({{ port: 3000 }}) }}\n{name}()\n"
    )

    assert [site.family for site in analyse(source.encode())] == expected
