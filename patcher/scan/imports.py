"""Which modules a file loads, read from its bytes: imports, exports from, `require`, workers, in their own words."""

import re
from dataclasses import dataclass

# `import type` and `export type` load nothing when the program runs.
_FROM = re.compile(
    rb"\b(?:import|export)\b\s*(type\b(?!\s*(?:,|from\b)))?[^'\";()=]{0,6000}?\bfrom\s*[\"']([^\"'\n]{1,300})[\"']"
)
_BARE = re.compile(rb"\bimport\s*[\"']([^\"'\n]{1,300})[\"']")
_CALLED = re.compile(
    rb"\b(?:require|import|require\.resolve|Worker|URL|fork|jiti|lazyImport|__require)\(\s*(?:/\*.{0,200}?\*/\s*)?[\"'`]([^\"'`\n$]{1,300})"
    rb"([\"'`]|\$\{)",
    re.S,
)
_PREFIX = re.compile(rb"\b(?:require|import)\(\s*[\"']([^\"'\n]{1,200}/)[\"']\s*\+")
_COMPUTED = re.compile(rb"\b(?:require|import)\(\s*(?:[\w$.]*(?:join|resolve)\(|__dirname|`\$\{)")


@dataclass(frozen=True, slots=True)
class Imports:
    """What a file loads: specifiers, folders out of which a computed name is loaded, and whether some name is wholly
    computed, so that it may load any file of its package."""

    names: tuple[str, ...]
    folders: tuple[str, ...] = ()
    computed: bool = False


def imports_of(source: bytes) -> Imports:
    """The modules that `source` loads, types left out."""
    names: dict[str, None] = {}
    folders: dict[str, None] = {}
    if b"from" in source:
        for match in _FROM.finditer(source):
            if not match[1]:
                names[match[2].decode("utf-8", "replace")] = None
    if b"import" in source:
        names.update(dict.fromkeys(match[1].decode("utf-8", "replace") for match in _BARE.finditer(source)))
    for match in _CALLED.finditer(source):
        name = match[1].decode("utf-8", "replace")
        if match[2] == b"${":
            folders[name.rpartition("/")[0] + "/"] = None
        else:
            names[name] = None
    folders.update(dict.fromkeys(match[1].decode("utf-8", "replace") for match in _PREFIX.finditer(source)))
    return Imports(tuple(names), tuple(folders), _COMPUTED.search(source) is not None)
