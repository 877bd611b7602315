"""What the link step is given, for those who may find its answers remembered and need not load it."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from patcher.analysis.doubt import About
from patcher.analysis.site import Site
from patcher.rule import Family
from patcher.scan.package_files import package_folder


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

    def shows(self, path: str, site: Site, family: Family) -> bool:
        """Whether a site of the file at `path`, of `family`, is reported.

        In a package neither one of a family that is seldom right there, nor one whose object may well be thrown away
        with its request; all of them to those who ask to be thorough.
        """
        if self.thorough:
            return True
        about = site.doubt.about
        if about is About.TIMER:
            return False
        if path in self.named or not package_folder(os.path.abspath(path).replace(os.sep, "/")):
            return True
        if about is About.RENDERING:
            return False
        if family.outlasts_use:
            return about is not About.MAKER
        return not family.seldom_in_packages and about is not About.USE
