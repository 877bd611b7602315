"""Every HTML page of nextfix: one file without scripts that asks for nothing, from templates that escape."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from patcher.text.display import one_line


def html_page(template: str, style: str, shown: Callable[[str], str] = one_line, **values: Any) -> str:
    """The page that a template makes of `values`; text in them is escaped, and has no control character.

    Args:
        template: its path below `patcher/report`, a child of `page.html.j2` or that itself.
        style: the path of its style sheet, `package:file`.
        shown: the filter `shown` of the template: a name from outside as it may be shown.
        values: what the template speaks of.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("patcher.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = shown
    package, _, name = style.partition(":")
    sheet = Markup((files(package) / name).read_text())  # our own file
    return environment.get_template(template).render(style=sheet, **values)
