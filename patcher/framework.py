"""What is known of a framework that servers are built with."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """A part of a framework that an application may have or not.

    Attributes:
        name: what people call it.
        files: a regular expression for the files that make it, by their paths from the folder of the package.json.
        words: what the source of a file says that uses it.
    """

    name: str
    files: re.Pattern[str]
    words: re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Framework:
    """What is known of one framework.

    Attributes:
        name: what people call it.
        packages: a regular expression for the packages of which a project that uses it has one.
        files: regular expressions for the files of a project that its server loads without an import, by their
            paths from the folder of the package.json.
        modules: a regular expression for the modules that only code of a server imports.
        context_modules: a regular expression for the modules with functions that read the running request.
        context_calls: a regular expression for the names of those functions.
        requests: its classes of requests as a heap names them, each with the property that holds the url.
        tools: a regular expression for the packages that only its builds run.
        on_node: the condition of JavaScript that is true where its server runs under Node; empty when it always does.
        pages: a regular expression for the components that its server renders, by their paths.
        given: one for the files whose exports every other file has without an import.
        settings: the names of files, beside a page or in a folder above it, that may say that no server renders it.
        unrendered: what they say then.
        parts: what an application may have of it or not; a rule may name one that its code is run for.
    """

    name: str
    packages: str
    files: tuple[re.Pattern[str], ...]
    modules: str = ""
    context_modules: str = ""
    context_calls: str = ""
    requests: dict[str, str] = field(default_factory=dict)
    tools: str = ""
    on_node: str = ""
    pages: re.Pattern[str] | None = None
    given: re.Pattern[str] | None = None
    settings: tuple[str, ...] = ()
    unrendered: re.Pattern[bytes] = re.compile(rb"(?!)")
    parts: tuple[OptionalPart, ...] = ()
