"""What `nextfix prove` was called with before it had subcommands, in today's words."""

from collections.abc import Sequence

_FLAGS = {"--matrix": "matrix", "--cost": "cost"}


def modern(arguments: Sequence[str], subcommands: Sequence[str]) -> list[str]:
    """`arguments` of `nextfix prove` with the subcommand that an old spelling means: `--app DIR` is `app DIR`.

    Args:
        arguments: what stands after `prove`.
        subcommands: those of today; a line that begins with one is left as it is.
    """
    words = list(arguments)
    if words and words[0] in subcommands:
        return words
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        before, after = words[:place], words[place + 1 :]
        if word == "--":
            break
        if name == "--app":
            folder = [value] if equals else after[:1]
            return ["app", *folder, *before, *(after if equals else after[1:])]
        if word in _FLAGS:
            return [_FLAGS[word], *before, *after]
    return words
