"""Places whose findings no server's maintainer would act on: they are reported as notes.

Code for browsers, tests, builds and command lines runs in no request of a server. Only the path tells, so the
findings are not dropped, and they are not said loudly.
"""

import re

_QUIET = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures?|examples?|demos?|docs?|bench(?:marks?)?|umd|iife|browser|bin|cli"
    r"|scripts?|react-native|native|stories|cypress|playwright|testing)/"
    r"|[./-](?:test|spec|stories|bench|browser|umd|iife|native|e2e)(?:\.min|\.prod|\.production|\.development|\.dev)*\.[cm]?[jt]sx?$"
    r"|\.(?:min|bundle\.min)\.[cm]?js$|(?:^|/)(?:rollup|webpack|vite|gulp|jest|babel|karma)\.config\.|(?:^|/)node_modules/"
    r"(?:webpack|rollup|esbuild|terser|eslint|typescript|jest[^/]*|@jest/[^/]+|mocha|karma|gulp|grunt|@babel/[^/]+|prettier)/"
)
_CLIENT = re.compile(r"(?:^|/)client/|[./_-]client\.")
_BROWSER = (b"window.", b"document.", b"location.href", b"navigator.", b"localStorage")


def is_quiet(path: str) -> bool:
    """Whether findings in the file at `path` (forward slashes) are only worth a note."""
    return _QUIET.search(path) is not None


def is_browser(path: str, source: bytes) -> bool:
    """Whether a file is browser code: it lies under `client` and uses what only a browser has."""
    return _CLIENT.search(path) is not None and any(word in source for word in _BROWSER)
