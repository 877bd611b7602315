"""A person's patch is kept to the byte, whatever nextfix adds to it, replaces and takes out."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, FileChange
from patcher.export.patch_file import checked_place, combined, read_patch, take_out
from patcher.export.project_files import ProjectFiles
from patcher.text.unified import unified

PLACE = "patches/tool@1.0.0.patch"
TOOL = Destination("tool", "1.0.0")
OURS = FileChange("lib/ours.js", b"a\nb\nc\n", b"a\nb\nc\n", b"a\nB\nc\n")
OTHER = FileChange("lib/other.js", b"x", b"x", b"y")
GIT = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def files_with(root: Path, theirs: bytes | None) -> ProjectFiles:
    (root / PLACE).parent.mkdir(exist_ok=True)
    (root / PLACE).unlink(missing_ok=True)
    if theirs is not None:
        (root / PLACE).write_bytes(theirs)
    return ProjectFiles(root)


def with_ours(files: ProjectFiles, *changes: FileChange, style: str = "documented") -> bytes:
    data = combined(TOOL, changes or (OURS,), read_patch(PLACE, files), ["tool/rule"], style)
    files.write(PLACE, data)
    return data


BINARY = (
    b"diff --git a/x b/x\nnew file mode 100644\nindex 0000000..f76dd23\nGIT binary patch\n"
    b"literal 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001"
)
THEIRS = {
    "text before the first section": b"From: me\nSubject: why\n\nBecause.\n---\n"
    + unified(b"a", b"b", "x.js"),
    "without the lines of git": b"--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n-a\n+b\n",
    "a quoted path": b'diff --git "a/\\303\\274" "b/\\303\\274"\n--- "a/\\303\\274"\n+++ "b/\\303\\274"\n'
    b"@@ -1 +1 @@\n-a\n+b\n",
    "a pure rename": b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
    "two sections of one file": unified(b"a\n", b"b\n", "x.js") + unified(b"b\n", b"c\n", "x.js"),
    "no newline at the end": (unified(b"a\n", b"b\n", "x.js") + unified(b"a\n", b"b\n", "y.js")).rstrip(
        b"\n"
    ),
    "a mode": b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
    "text after the last section": unified(b"a\n", b"b\n", "x.js") + b"-- \n2.43.0\n\n",
    "a binary file without the empty line after it": BINARY + b"\n",
    "a binary file without a newline at the end": BINARY,
    "windows line ends": unified(b"a\n", b"b\n", "x.js").replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("name", THEIRS)
def test_a_persons_patch_stands_whole_before_our_sections_and_comes_back_to_the_byte(
    tmp_path: Path, name: str
) -> None:
    files = files_with(tmp_path, THEIRS[name])

    first = with_ours(files)
    assert first.startswith(b"# nextfix ")
    between = first.partition(THEIRS[name])[2].partition(b"diff --git ")[0]
    assert (
        between
        == (b"\n" * (2 if "binary" in name else 1))[len(THEIRS[name]) - len(THEIRS[name].rstrip(b"\n")) :]
    )
    assert unified(OURS.before, OURS.after, OURS.path) in first
    assert with_ours(files) == first
    second = with_ours(files, OURS, OTHER, style="single-flight")
    assert THEIRS[name] in second
    assert second.count(b"# nextfix ") == 1

    assert take_out(PLACE, files) is False
    assert files.read(PLACE) == THEIRS[name]


def test_a_patch_of_nextfix_alone_goes_as_a_whole(tmp_path: Path) -> None:
    files = files_with(tmp_path, None)
    with_ours(files)

    assert take_out(PLACE, files) is True
    assert files.edits == ()


def test_what_is_written_into_our_part_is_kept(tmp_path: Path) -> None:
    files = files_with(tmp_path, None)
    ours = with_ours(files, OURS, OTHER)
    note, theirs = b"\nmy own note\n", unified(b"1\n", b"2\n", "mine.js")
    at = ours.index(b"diff --git a/lib/ours.js")
    files = files_with(tmp_path, ours[:at] + note + theirs + ours[at:] + note)

    take_out(PLACE, files)

    assert files.read(PLACE) == note + theirs + note


def test_a_section_of_ours_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    files = files_with(tmp_path, None)
    changed = with_ours(files).replace(b"+B\n", b"+BB\n")
    files = files_with(tmp_path, changed)

    take_out(PLACE, files)

    assert files.read(PLACE) == unified(b"a\nb\nc\n", b"a\nBB\nc\n", "lib/ours.js")


def test_a_part_that_an_earlier_nextfix_put_first_is_replaced(tmp_path: Path) -> None:
    theirs = unified(b"1\n", b"2\n", "mine.js")
    files = files_with(tmp_path, None)
    ours = with_ours(files)
    files = files_with(tmp_path, ours + theirs)

    at = ours.index(b"diff --git ")
    assert with_ours(files) == ours[:at] + theirs + ours[at:]


def test_their_change_of_the_same_file_stays_where_it_leaves_room(tmp_path: Path) -> None:
    published = b"".join(b"%d\n" % number for number in range(40))
    changed = published.replace(b"3\n", b"three\n", 1)
    theirs = unified(published, changed, "lib/ours.js")
    files = files_with(tmp_path, theirs)
    patch = read_patch(PLACE, files)

    beneath = patch.beneath("lib/ours.js", changed)
    after = changed.replace(b"30\n", b"thirty\n")
    data = combined(TOOL, [FileChange("lib/ours.js", beneath, changed, after)], patch, ["r"], "documented")

    assert beneath == published
    assert theirs in data
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ours.js").write_bytes(published)
    (tmp_path / "both.patch").write_bytes(data)
    subprocess.run(["git", "apply", "both.patch"], cwd=tmp_path, check=True, env=GIT)
    assert (tmp_path / "lib" / "ours.js").read_bytes() == after


@pytest.mark.parametrize(
    ("theirs", "installed", "reason"),
    [
        (unified(b"a\n", b"z\n", "lib/ours.js"), b"a\n", "not installed"),
        (
            b"diff --git a/lib/x b/lib/ours.js\nrename from lib/x\nrename to lib/ours.js\n",
            b"a\n",
            "more with",
        ),
    ],
)
def test_their_change_that_is_not_there_or_not_understood_is_refused(
    tmp_path: Path, theirs: bytes, installed: bytes, reason: str
) -> None:
    with pytest.raises(NextfixError, match=reason) as caught:
        read_patch(PLACE, files_with(tmp_path, theirs)).beneath("lib/ours.js", installed)
    assert caught.value.code is ExitCode.REFUSED


def test_their_change_of_the_same_lines_is_refused(tmp_path: Path) -> None:
    theirs = unified(OURS.published, b"a\nz\nc\n", "lib/ours.js")
    change = FileChange("lib/ours.js", OURS.published, b"a\nz\nc\n", b"a\nB\nc\n")

    with pytest.raises(NextfixError, match="the same lines") as caught:
        with_ours(files_with(tmp_path, theirs), change)
    assert caught.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    "named",
    [
        "../precious.txt",
        "/etc/hosts",
        "a/../../x.patch",
        "package.json",
        "src/index.js",
        "new.txt",
        "",
        ".",
        "C:\\x.patch",
        "node_modules/x.patch",
        ".git/hooks/x.patch",
        "link.patch",
        "folder/x.patch",
        "x\n.patch",
        "pipe.patch",
    ],
)
def test_a_place_that_is_not_a_patch_of_the_project_is_refused(tmp_path: Path, named: str) -> None:
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / "package.json").write_text("{}")
    (root / "src" / "index.js").write_text("let a\n")
    (tmp_path / "precious.patch").write_bytes(unified(b"a\n", b"b\n", "x"))
    (root / "link.patch").symlink_to(tmp_path / "precious.patch")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.patch")

    with pytest.raises(NextfixError) as caught:
        checked_place("", named, ProjectFiles(root))
    assert caught.value.code is ExitCode.REFUSED


def test_a_patch_below_the_project_is_a_place(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(unified(b"a\n", b"b\n", "x"))
    files = ProjectFiles(tmp_path)

    assert checked_place("", "./patches//new.patch", files) == "patches/new.patch"
    assert checked_place("", "own", files) == "own"
    assert checked_place("apps/web", "patches/a.diff", files) == "apps/web/patches/a.diff"


def git(*arguments: str, folder: Path, data: bytes | None = None) -> bytes | None:
    """What git prints; None when it fails."""
    ran = subprocess.run(["git", *arguments], cwd=folder, env=GIT, input=data, capture_output=True)
    return ran.stdout if ran.returncode == 0 else None


file_names = st.sampled_from(["a.js", "lib/b.js", "ü ö.js", 'q"uote.js', "with space.js", "-- x.js"])
texts = st.lists(
    st.sampled_from([b"a", b"b", b"", b"\r", b"-- ", b"+x", b"--- a/x", b"# nextfix x", b"\xff", b"\0"]),
    max_size=8,
).map(b"\n".join)
notes = st.sampled_from(
    [b"", b"note\n", b"\n", b"# nextfix-section x\n", b"-- \n2.43.0\n\n", b"+++ b/x\n", b"index 1..2\n"]
)


@st.composite
def patches(draw: st.DrawFn) -> tuple[dict[str, bytes], bytes]:
    """Files, and a patch of them in one of the forms that git writes and takes."""
    folder = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    import tempfile

    before = draw(st.dictionaries(file_names, texts, min_size=1, max_size=3))
    with tempfile.TemporaryDirectory(dir=folder) as name:
        root = Path(name)
        git("init", "-q", folder=root)
        _write(root, before)
        git("add", "-A", folder=root)
        for path, text in draw(st.dictionaries(file_names, texts, max_size=3)).items():
            _write(root, {path: text})
        if draw(st.booleans()):
            (root / "moved").mkdir()
            first = sorted(before)[0]
            (root / first).rename(root / "moved" / "to.js")
        for path in draw(st.lists(st.sampled_from(sorted(before)), unique=True, max_size=2)):
            if not (root / path).is_file():
                continue
            if draw(st.booleans()):
                (root / path).chmod(0o755)
            else:
                (root / path).unlink()
        git("add", "-AN", folder=root)
        options = draw(
            st.lists(st.sampled_from(["-M", "-C", "--binary", "-U0", "-U1", "--full-index"]), unique=True)
        )
        patch = git("diff", *options, folder=root) or b""
    if draw(st.booleans()):  # as diff writes it
        patch = b"".join(
            line
            for line in patch.splitlines(keepends=True)
            if not line.startswith((b"diff --git", b"index "))
        )
    if draw(st.booleans()):
        patch = patch.removesuffix(b"\n")
    else:
        patch += draw(notes)
    return before, draw(notes) + patch


def _write(root: Path, contents: dict[str, bytes]) -> None:
    for path, text in contents.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(text)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
@given(patches(), st.sampled_from([(OURS,), (OTHER,), (OURS, OTHER)]))
@example(({"x": b"a\n"}, b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"), (OURS,))
def test_any_patch_that_git_takes_is_the_same_bytes_after_ours_came_and_went(
    tmp_path: Path, given_patch: tuple[dict[str, bytes], bytes], ours: tuple[FileChange, ...]
) -> None:
    before, theirs = given_patch
    files = files_with(tmp_path, theirs)
    changes = {change.path: change.before for change in ours}
    if theirs.strip():
        tree = tmp_path / "tree"
        _rebuild(tree, {**before, **changes})
        # A last line that git only takes where it is cut off can have nothing after it.
        assume(git("apply", "--check", "-p1", folder=tree, data=theirs + b"\n") is not None)
        assume(git("apply", "-p1", folder=tree, data=theirs) is not None)
        after_theirs = _contents(tree)
        # Git passes over a last binary file that no empty line ends; with ours behind it, it is read.
        _rebuild(tree, {**before, **changes})
        git("apply", "-p1", folder=tree, data=theirs + b"\n")
        assume(_contents(tree) == after_theirs)
    both = with_ours(files, *ours)
    take_out(PLACE, files)

    assert (files.read(PLACE) or b"").strip() == theirs.strip()
    if theirs.strip():
        assert files.read(PLACE) == theirs
        _rebuild(tree, {**before, **changes})
        assert git("apply", "-p1", folder=tree, data=both) is not None
        assert _contents(tree) == {**after_theirs, **{change.path: change.after for change in ours}}


def _rebuild(tree: Path, contents: dict[str, bytes]) -> None:
    import shutil

    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    _write(tree, contents)


def _contents(tree: Path) -> dict[str, bytes]:
    return {str(p.relative_to(tree)): p.read_bytes() for p in tree.rglob("*") if p.is_file()}
