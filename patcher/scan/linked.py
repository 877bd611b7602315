"""What the link step is given, for those who may find its answers remembered and need not load it."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from patcher.analysis.site import WHOSE, Site
from patcher.scan.package_files import package_folder

UNSURE_TIMER = (
    "nothing in this package says that a request starts this timer, and that the handle outlives it"
)
FOR_ONE_USE = "is a `{}` kept by those who ask the package for it, or made for one use?"
MADE_BY_NOBODY = f"nothing in this package makes `{{}}`: is there one {WHOSE}"
# In packages that nobody had looked at, fewer than one in five of these keeps a request.
_SELDOM_RIGHT = frozenset(
    {"kept-promise-entry", "promise-collection", "storage-per-call", "kept-listener", "kept-waiter"}
)


@dataclass(frozen=True, slots=True)
class Linked:
    """What the files of a run are linked by.

    Args:
        own: one's own source files, as they were listed.
        named: the files that were named on the command line; those are looked at whoever loads them.
        thorough: whether sites that no server runs are kept, as notes.
    """

    own: Sequence[str] = ()
    named: Collection[str] = frozenset()
    thorough: bool = False

    def shows(self, path: str, site: Site) -> bool:
        """Whether a site of the file at `path` is reported: in a package not one of a kind that is seldom right there,
        and not one whose object may well be thrown away with its request, unless somebody asks to be thorough."""
        if self.thorough:
            return True
        if site.doubt == UNSURE_TIMER:
            return False
        if path in self.named or not package_folder(os.path.abspath(path).replace(os.sep, "/")):
            return True
        name = site.owner or site.maker
        if site.family == "kept-promise-keyed":
            # What has a map for its memos is made to last more often than not.
            return site.doubt != MADE_BY_NOBODY.format(name)
        return site.family not in _SELDOM_RIGHT and site.doubt != FOR_ONE_USE.format(name)
