"""What is left out of a large file changes nothing that is found in it."""

import shutil

import pytest

from patcher.analysis.file import examine
from patcher.analysis.prefilter.regions import WHOLE
from tests.releases import scripts

# Releases that publish bundles: webpack's on one line, rollup's and esbuild's on many, minified with line breaks.
RELEASES = [("next", "13.4.19"), ("vite", "5.4.9"), ("rxjs", "7.8.1"), ("protobufjs", "7.5.4")]
LARGEST = 3_000_000


FILLING = "    function other%d() {\n        return %d;\n    }\n"


def found(source: bytes, *, whole: bool) -> set[tuple[str, str, int]]:
    return {(site.family, site.slot, site.offset) for site in examine(source, whole_file=whole).sites}


def test_what_a_factory_returns_is_not_left_out() -> None:
    filling = "".join(FILLING % (number, number) for number in range(2_000))
    factory = f"""function create(options) {{
    let readyPromise = null;
    async function connect() {{
{"        step();" * 300}
        if (!readyPromise) {{
            readyPromise = load(options).then(parse);
        }}
        await readyPromise;
    }}
{filling}    return {{ connect }};
}}
module.exports = create;
""".encode()
    assert len(factory) > WHOLE

    assert found(factory, whole=False) == found(factory, whole=True) != set()


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: the releases cannot be fetched")
@pytest.mark.parametrize(("package", "version"), RELEASES)
def test_a_large_file_gives_what_all_of_it_gives(package: str, version: str) -> None:
    different, looked = [], 0
    for path, source in scripts(package, version, WHOLE, LARGEST):
        looked += 1
        sites = found(source, whole=False) ^ found(source, whole=True)
        different += [(path, site) for site in sites]

    assert looked > 0
    assert different == []
