"""The issue to file with the maintainers of a package: what is kept, a program that shows it, and the change."""

from difflib import unified_diff
from textwrap import dedent

from patcher.retention.words import when
from patcher.rule import Rewrite, Rule

_ISSUE = """\
# {title}

A request that is traced (dd-trace, OpenTelemetry, Sentry, any `AsyncLocalStorage`) is not freed after it has ended.
{why}

Releases: {package} {versions}
Files: {files}

## Where it matters

{matters}
{program}
## A change that frees it

`$NAME` stands for one expression of your code, `$$$NAME` for several statements or arguments; they stay as they are.

{changes}"""

_PROGRAM = """
## A program that shows it

Run it with `node --expose-gc`; it prints the request where it should print `free`.

```js
{program}
```
"""


def upstream_issue(rule: Rule) -> str:
    """The text of the issue as Markdown, for the tracker of `rule.package`."""
    kept = {rewrite.keeps for rewrite in rule.rewrites if rewrite.slot}
    matters = "\n".join(
        f"- a kept {kind}: {when(kind)}, where the tracer uses `AsyncLocalStorage`" for kind in sorted(kept)
    )
    program = dedent(rule.program).strip()
    return _ISSUE.format(
        title=rule.title[0].upper() + rule.title[1:],
        why=rule.why,
        package=rule.package,
        versions=rule.versions,
        files=", ".join(f"`{file}`" for file in rule.files),
        matters=matters,
        program=_PROGRAM.format(program=program) if program else "",
        changes="\n\n".join(_change(rewrite) for rewrite in rule.rewrites),
    )


def _change(rewrite: Rewrite) -> str:
    """What is found and what stands there instead, as a diff."""
    before, after = (
        dedent(text).strip().splitlines() for text in (rewrite.find, rewrite.template("single-flight"))
    )
    lines = list(unified_diff(before, after, lineterm="", n=len(before)))[3:]
    place = f"In `{rewrite.inside.rstrip(' {}')}`:\n\n" if rewrite.inside else ""
    return f"{place}```diff\n" + "\n".join(lines) + "\n```"
