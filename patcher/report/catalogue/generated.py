"""Blocks of a document that a command writes: between `<!-- NAME: generated ... -->` and `<!-- /NAME -->`."""

import re


def block(text: str, name: str) -> str:
    """What stands in the block `name` of `text`.

    Raises:
        ValueError: there is no such block.
    """
    return _found(text, name)[2].strip()


def with_block(text: str, name: str, content: str) -> str:
    """`text` with `content` in its block `name`.

    Raises:
        ValueError: there is no such block.
    """
    found = _found(text, name)
    return f"{text[: found.start(2)]}\n{content.strip()}\n\n{text[found.end(2) :]}"


def _found(text: str, name: str) -> re.Match[str]:
    found = re.search(rf"(<!-- {name}: generated[^>]*-->\n)(.*?)(<!-- /{name} -->)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"no block {name}")
    return found
