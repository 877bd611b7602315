"""The families of the general analysis, read from the rule modules beside the program."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from patcher.analysis.family import Family


def rules_folder() -> Path:
    """Where the rule modules are: inside the package in an installed wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


@cache
def families() -> dict[str, Family]:
    """Every family by its id, in the order of the modules' names.

    Raises:
        ValueError: two modules define the same id.
    """
    found: dict[str, Family] = {}
    for path in sorted(rules_folder().glob("*.py")):
        if b"FAMILY = Family(" not in path.read_bytes():
            continue
        spec = spec_from_file_location(f"nextfix_rules.{path.stem}", path)
        if spec is None or spec.loader is None:
            continue
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        family: Family = module.FAMILY
        if family.id in found:
            raise ValueError(f"{path}: {family.id} is defined twice")
        found[family.id] = family
    return found
