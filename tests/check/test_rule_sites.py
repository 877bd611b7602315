"""What `check` says of installed copies: what `status` says, and no alarm for parts that an application lacks."""

import json
from pathlib import Path

import pytest

from patcher.catalogue.frameworks import PARTS
from patcher.scan.parts import lacks
from tests.synthetic import make_project
from tests.terminal import run

EDGE = "middleware or edge function"
IMAGES = "image that the server optimizes"


@pytest.mark.parametrize(
    ("part", "path", "text"),
    [
        (EDGE, "middleware.ts", "export const middleware = () => {}\n"),
        (EDGE, "src/proxy.ts", "export const proxy = () => {}\n"),
        (EDGE, "app/api/x/route.ts", "export const runtime = 'edge'\n"),
        (EDGE, "pages/api/x.js", "export const config = { runtime: 'experimental-edge' }\n"),
        (IMAGES, "app/page.tsx", "import Image from 'next/image'\n"),
        (IMAGES, "pages/a.jsx", 'import Image from "next/legacy/image"\n'),
    ],
)
def test_a_part_that_an_application_has_is_seen(tmp_path: Path, part: str, path: str, text: str) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    assert not lacks(tmp_path, part)
    assert all(lacks(tmp_path, other) for other in PARTS if other != part)


def test_where_there_is_no_source_nobody_knows(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert not lacks(tmp_path, EDGE)


def test_a_folder_that_only_looks_like_a_middleware_is_none(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "lib/middleware").mkdir(parents=True)
    (tmp_path / "lib/middleware/auth.ts").write_text("const edge = { runtime: 'nodejs' }\n")
    assert lacks(tmp_path, EDGE)
    assert not lacks(tmp_path, "")


def test_check_and_status_name_the_same_copies_with_the_same_verdicts_and_end_alike(tmp_path: Path) -> None:
    make_project(tmp_path)
    status = json.loads(run("status", "--json", cwd=tmp_path).stdout)["copies"]
    check = json.loads(run("check", "--scope", "rules", "-f", "json", "--no-cache", cwd=tmp_path).stdout)[
        "copies"
    ]
    keys = ("name", "version", "path", "verdict")
    assert [[copy[key] for key in keys] for copy in check] == [[copy[key] for key in keys] for copy in status]
    said = [
        line for line in run("status", cwd=tmp_path).stdout.splitlines() if line.startswith("affected here?")
    ]
    assert len(said) == 1
    assert said[0] in run("check", "--scope", "rules", "--no-cache", cwd=tmp_path).stdout.splitlines()
