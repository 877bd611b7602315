"""A rule that cannot be right is refused when it is loaded, with what its author has to change."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from patcher.catalogue import load
from patcher.catalogue.load import package_record, packages, rules_of
from patcher.errors import RuleError
from rules.general import lazy_handle

RULE = """from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="own/load",
    title="t",
    why="w",
    package="own",
    versions=">=1.0.0 <2.0.0",
    files=("lib/index.js",),
    harness="harness/load.cjs",
    rewrites=(
        Rewrite(inside="load()", slot="this.$SLOT", find="this.$SLOT = $LOAD();", write="this.$SLOT = await $LOAD();"),
    ),
)
"""
RECORD = 'from patcher.rule import Package\n\nPACKAGE = Package(name="own")\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a package `own` with one sound rule, in the place of nextfix's own rules."""
    own = tmp_path / "rules" / "own"
    (own / "harness").mkdir(parents=True)
    (own / "harness" / "load.cjs").touch()
    (own / "__init__.py").write_text(RECORD)
    (own / "load.py").write_text(RULE)
    monkeypatch.setattr(load, "data_folder", lambda name: tmp_path / name)
    load.forget()
    yield own
    load.forget()


def test_the_folders_are_the_packages_scoped_ones_too(folder: Path) -> None:
    for name in ("@scope/one", "@scope/two", "general", "_draft"):
        (folder.parent / name).mkdir(parents=True)

    assert packages() == ("@scope/one", "@scope/two", "own")
    assert [rule.id for rule in rules_of("own")] == ["own/load"]
    assert rules_of("unknown") == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("RULE = Rule(", "RULEX = Rule(", "RULEX: is not read; the module defines RULE or RULES"),
        ("RULE = Rule(", "_RULE = Rule(", "must define RULE = Rule(...)"),
        ("RULE = Rule(", "RULES = Rule(", "RULES is a Rule; write a tuple"),
        ('files=("lib/index.js",)', 'files=("lib/index.js")', "files is 'lib/index.js'; write a tuple"),
        ('files=("lib/index.js",)', "files=()", "files is empty"),
        ("lib/index.js", "../lib/index.js", "is not a path inside the package"),
        ("lib/index.js", "/lib/index.js", "is not a path inside the package"),
        ('versions=">=1.0.0 <2.0.0"', 'versions=">=1.x.y"', "is not a range as npm reads them"),
        ('versions=">=1.0.0 <2.0.0"', 'versions=">=2.0.0 <1.0.0"', "no release can lie in"),
        ('versions=">=1.0.0 <2.0.0"', 'versions=""', "is not a range as npm reads them"),
        ('versions=">=1.0.0 <2.0.0"', "versions=1", "versions is 1; write a string"),
        ("await $LOAD()", "await $LAOD()", "write: $LAOD is not bound by find; find binds LOAD, SLOT"),
        ('slot="this.$SLOT"', 'slot="this.$FIELD"', "slot: $FIELD is not bound by find"),
        ('write="this.$SLOT = await $LOAD();"', 'write={"documentd": ""}', "'documentd' is not a style"),
        ('write="this.$SLOT = await $LOAD();"', 'write={"documented": ""}', "nothing is written in style"),
        ('slot="this.$SLOT"', 'keeps="promis"', "keeps is 'promis'"),
        ('slot="this.$SLOT"', 'versions="nonsense"', "versions of a Rewrite: 'nonsense' is not a range"),
        ('slot="this.$SLOT"', "times=0", "times is 0"),
        ('inside="load()", ', "", "find has no name but metavariables"),
        ('inside="load()"', 'inside="async $NAME()"', "inside has no name but metavariables"),
        ("harness/load.cjs", "harness/laod.cjs", "harness/laod.cjs does not exist; write it beside the rule"),
        ('    harness="harness/load.cjs",\n', "", "names no harness"),
        ('id="own/load"', 'id="other/load"', "stands in rules/own, so write package='own' and id='own/load'"),
        ('id="own/load"', 'id="own/Load It"', "lower-case words with hyphens"),
        ('package="own"', 'package="onw"', "stands in rules/own, so write package='own'"),
        ('title="t"', 'titel="t"', "does not run: TypeError"),
        ('title="t",', 'title="t", severity=(("*", "error"),),', "severity holds"),
        (
            'title="t",',
            'title="t", severity=((">1.x.y", Severity.ERROR),),',
            "severity: '>1.x.y' is not a range",
        ),
        ('title="t",', 'title="t", held=(HeldSlot("A", "b"),),', "paths is 'b'; write a tuple"),
        (
            'title="t",',
            'title="t", held=(HeldSlot("(own/lib/index.js)", ("b",)),),',
            "a heap names a file by its last two parts; write (lib/index.js)",
        ),
        ('title="t",', 'title="t", fixed_upstream="soon",', "fixed_upstream is 'soon'; write a release"),
        ('title="t",', 'title="t", after_apply={"all": "x"},', "after_apply: 'all' is not a style"),
    ],
)
def test_what_cannot_be_right_is_refused_with_the_rule_and_what_to_write(
    folder: Path, old: str, new: str, reason: str
) -> None:
    assert old in RULE
    (folder / "load.py").write_text(RULE.replace(old, new, 1))

    with pytest.raises(RuleError) as caught:
        rules_of("own")

    assert reason in str(caught.value)
    assert str(folder / "load.py") in str(caught.value)
    assert "reinstall" not in str(caught.value)


def test_an_id_is_defined_once_in_a_package(folder: Path) -> None:
    (folder / "again.py").write_text(RULE)

    with pytest.raises(RuleError, match=r"own/load: again\.py defines this id too"):
        rules_of("own")


def test_rules_of_one_file_share_its_harness(folder: Path) -> None:
    (folder / "harness" / "other.cjs").touch()
    (folder / "other.py").write_text(RULE.replace("own/load", "own/other").replace("load.cjs", "other.cjs"))

    with pytest.raises(RuleError, match=r"drives lib/index\.js with harness/load\.cjs; name that harness"):
        rules_of("own")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "is missing; write PACKAGE"),
        ("", "defines no PACKAGE"),
        (RECORD.replace("own", "onw"), "the name is 'onw', the folder 'own'"),
        (RECORD.replace("name=", "unserved='(', name="), "unserved is not a regular expression"),
    ],
)
def test_a_package_has_a_record_of_its_own_name(folder: Path, record: str | None, reason: str) -> None:
    (folder / "__init__.py").unlink() if record is None else (folder / "__init__.py").write_text(record)

    with pytest.raises(RuleError) as caught:
        package_record("own")

    assert reason in str(caught.value)


def test_a_family_whose_findings_are_all_in_doubt_is_a_note(folder: Path) -> None:
    general = folder.parent / "general"
    general.mkdir()
    (general / "__init__.py").touch()
    sound = Path(inspect.getfile(lazy_handle)).read_text()
    (general / "lazy_handle.py").write_text(sound.replace("Severity.NOTE", "Severity.WARNING"))

    with pytest.raises(
        RuleError, match=r"lazy-handle: asks_in_applications .* write severity=Severity\.NOTE"
    ):
        load.families()
