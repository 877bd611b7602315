"""Whether a file's source uses or asks for what only a browser has."""

_BROWSER = (b"window.", b"document.", b"location.href", b"navigator.", b"localStorage")


def uses_browser(source: bytes) -> bool:
    """Whether `source` uses what only a browser has, without asking first whether it is there."""
    return any(word in source for word in _BROWSER) and not asks_for_browser(source)


def asks_for_browser(source: bytes) -> bool:
    """Whether `source` asks if it runs in a browser, and so runs elsewhere too."""
    return b"typeof window" in source or b"typeof document" in source
