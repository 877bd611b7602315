"""Releases come through npm, with the hash that the registry publishes, and leave nothing behind."""

import io
import tarfile
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.npm import registry as npm
from patcher.npm.registry import Release, members, published, read_release, resolve
from tests import own_registry

NEXT = "dist/server/next.js"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> own_registry.Registry:
    monkeypatch.setattr(npm, "_PAUSES", (0.0, 0.0))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return own_registry.use(monkeypatch, tmp_path, {})


def test_versions_come_in_order_of_precedence(registry: own_registry.Registry) -> None:
    for version in ("2.0.0", "1.0.0", "2.0.0-canary.38", "2.0.0-canary.9"):
        registry.publish(version)

    assert published("next") == ("1.0.0", "2.0.0-canary.9", "2.0.0-canary.38", "2.0.0")


def test_one_release_and_several_are_resolved_alike(registry: own_registry.Registry) -> None:
    registry.publish("2.0.0")
    registry.publish("1.0.0")

    assert [release.version for release in resolve("next", "2.0.0")] == ["2.0.0"]
    assert [release.version for release in resolve("next", "2.0.0 || 1.0.0")] == ["1.0.0", "2.0.0"]


def test_a_release_that_the_registry_lacks_is_a_usage_error_and_not_tried_again(
    registry: own_registry.Registry,
) -> None:
    registry.publish("1.0.0")

    with pytest.raises(NextfixError, match=r"the registry has no next@9\.9\.9") as caught:
        resolve("next", "9.9.9")
    assert caught.value.code is ExitCode.USAGE
    assert (registry.folder / "calls").read_text().count("view") == 1


def test_only_the_files_asked_for_are_read_and_the_tarball_is_gone_afterwards(
    registry: own_registry.Registry, tmp_path: Path
) -> None:
    registry.publish("1.0.0", {NEXT: "one", "dist/other.js": "two"})
    before = sorted(tmp_path.iterdir())

    found = read_release(resolve("next", "1.0.0")[0], {NEXT, "dist/missing.js"})

    assert found == {NEXT: b"one"}
    assert sorted(tmp_path.iterdir()) == before


def test_a_tarball_with_another_hash_than_published_is_refused(registry: own_registry.Registry) -> None:
    registry.publish("1.0.0")
    wrong = registry.releases["1.0.0"] | {"dist.integrity": "sha512-" + "A" * 86 + "=="}
    registry.releases["1.0.0"] = wrong
    registry.promise()

    with pytest.raises(NextfixError, match="does not have the hash that the registry publishes") as caught:
        read_release(resolve("next", "1.0.0")[0], {NEXT})
    assert caught.value.code is ExitCode.REFUSED


def test_a_release_without_a_sha512_is_refused() -> None:
    with pytest.raises(NextfixError, match="publishes no sha512"):
        read_release(Release("next", "1.0.0", "x", "sha1-AAAA"), {NEXT})


def test_npm_is_asked_three_times_before_it_is_given_up(registry: own_registry.Registry) -> None:
    registry.publish("1.0.0")
    release = resolve("next", "1.0.0")[0]
    Path(release.tarball).unlink()

    with pytest.raises(NextfixError, match=r"npm could not fetch next@1\.0\.0") as caught:
        read_release(release, {NEXT})
    assert caught.value.code is ExitCode.FILES
    assert registry.downloads == 3


def test_links_and_oversized_files_of_a_tarball_are_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm, "_LARGEST", 4)
    path = tmp_path / "x.tgz"
    with tarfile.open(path, "w:gz") as tar:
        link = tarfile.TarInfo("package/a.js")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
        large = tarfile.TarInfo("package/b.js")
        large.size = 5
        tar.addfile(large, io.BytesIO(b"12345"))

    assert members(path, {"a.js"}) == {}
    with pytest.raises(NextfixError, match="larger than 4 bytes"):
        members(path, {"b.js"})


def test_a_truncated_tarball_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tgz"
    path.write_bytes(b"\x1f\x8b\x08\x00 not a tarball")

    with pytest.raises(NextfixError, match="not a tarball"):
        members(path, {"a.js"})
