"""What apply, diff and export have in common: which copies they are about, which rules, and how these are written."""

from dataclasses import dataclass
from pathlib import Path

from patcher.check.config import configured_style
from patcher.cli.options import AllowModified, CertifiedOnly, Packages, Root, Rules, Scopes, Style
from patcher.copies.request import Request


@dataclass(frozen=True, slots=True)
class Choice:
    """The values of the shared options; each field is one, with its default."""

    root: Root = Path()
    style: Style = None
    rule: Rules = None
    certified_only: CertifiedOnly = False
    allow_modified: AllowModified = False
    scope: Scopes = None
    package: Packages = None

    def request(self, *, everything: bool = False) -> Request:
        """What is to be planned; findings in dependencies are looked for only where `--scope` asks for them.

        Raises:
            NextfixError: USAGE for words that do not fit; as `configured_style` does.
        """
        request = Request(
            self.root,
            self.style or configured_style(self.root),
            frozenset(self.rule or ()),
            self.certified_only,
            self.allow_modified,
            everything,
        )
        if not self.scope and not self.package:
            return request
        from patcher.check.dependency_findings import with_dependencies

        return with_dependencies(request, self.scope, self.package or ())
