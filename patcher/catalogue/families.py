"""The families of the general analysis, read from the rule modules beside the program."""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location

from patcher.analysis.family import Family
from patcher.catalogue.load import data_folder


@cache
def families() -> dict[str, Family]:
    """Every family by its id, in the order of the modules' names.

    Raises:
        ValueError: two modules define the same id.
    """
    found: dict[str, Family] = {}
    for path in sorted(data_folder("rules").rglob("*.py")):
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
