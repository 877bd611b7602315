"""What tsconfig.json and package.json say of names, read as far as they can be."""

from pathlib import Path

import pytest

from patcher.scan.aliases import read_json


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "/*", /* one */ "b": 2, // two\n}',
        '{"a": "/*", "b": 2} /* left open',
        '{"a": "/*", "b": 2} ' + "/* " * 100_000,
    ],
)
def test_comments_are_left_out_also_one_that_is_not_closed(tmp_path: Path, text: str) -> None:
    (tmp_path / "tsconfig.json").write_text(text)

    assert read_json(str(tmp_path / "tsconfig.json")) == {"a": "/*", "b": 2}
