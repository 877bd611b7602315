"""Places whose findings no server's maintainer would act on.

Code for browsers, tests, builds and command lines runs in no request of a server. Only the path says so, and
thus findings there are not dropped but become notes. In node_modules, what is a test, a
build tool or a build for browsers or for development beyond doubt is not read at all unless that is asked for.
"""

import re
from functools import cache, lru_cache

from patcher.analysis.meaning import Sign
from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.catalogue.load import package_record, packages

_QUIET = Sign(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures?|examples?|demos?|docs?|bench(?:marks?)?|umd|iife|browser|bin|cli"
    r"|scripts?|react-native|native|stories|cypress|playwright|testing)/"
    r"|[./-](?:test|spec|stories|bench|browser|umd|iife|native|e2e)(?:\.min|\.prod|\.production|\.development|\.dev)*\.[cm]?[jt]sx?$"
    r"|(?:^|/)(?:build|builder|bundler?)\d*\.[cm]?js$"
    r"|\.(?:min|bundle\.min)\.[cm]?js$|(?:^|/)(?:rollup|webpack|vite|gulp|jest|babel|karma)\.config\.|(?:^|/)node_modules/"
    r"(?:webpack|rollup|esbuild|terser|eslint|typescript|jest[^/]*|@jest/[^/]+|mocha|karma|gulp|grunt|@babel/[^/]+|prettier)/",
    "folders, names and packages of tests, builds, command lines and browsers",
    "src/«tests|routes»/memo.js",
)
_TOOLS = Sign(
    r"(?:^|/compiled/)(?:webpack|rollup|esbuild|terser|eslint|typescript|jest|mocha|karma|gulp|grunt|prettier|babel|cssnano|postcss"
    r"|istanbul|browserslist|caniuse-lite|ts-node|ts-jest|nyc)(?:-[^/]+)?/"
    r"|(?:^|/)(?:vite|rollup|webpack|esbuild|babel)-plugin-[^/]+/|^(?:cjs|es)-module-lexer/"
    r"|^@(?:babel|jest|eslint|typescript-eslint|istanbuljs|types|rollup|esbuild|swc)/|(?:^|/)[^/]+-browserify/"
    r"|^(?:@wdio/[^/]+|appium|nightwatch|protractor|selenium-webdriver|testcafe|webdriverio)/"
    rf"|^(?:{'|'.join(each.tools for each in FRAMEWORKS if each.tools)})/",
    "the path after node_modules/ is that of a package that builds, tests or checks, whole or as a copy in another",
    "«webpack|webpages»/lib/index.js",
)
_UNSERVED_FOLDER = Sign(
    r"/(?:tests?|__tests__|__mocks__|e2e|fixtures?|examples?|demos?|bench(?:marks?)?|umd|iife|browser|stories|cypress|playwright)/",
    "folders of a package that it does not load on a server",
    "/«__tests__|lib»/",
)
_UNSERVED_FILE = Sign(
    r"[.-](?:test|spec|stories|bench|umd|iife|browser|development|profiling)(?:\.[^/]*)?\.[cm]?[jt]sx?$|\.min\.[cm]?js$"
    # Node.js strips no types from what lies in node_modules: such a file is there to be read.
    r"|\.[cm]?tsx?$",
    "what a file is for, by the end of its name",
    "index.«umd|cjs».js",
)
_CLIENT = Sign(
    r"(?:^|/)client/|[./_-]client\.",
    "the client's half of a framework; together with what only a browser has, code for browsers",
    "dist/«client|server»/index.js",
)


def is_quiet(path: str, *, browser: bool = False) -> bool:
    """Whether findings in the file at `path` (forward slashes) are only worth a note.

    Args:
        path: where the file is.
        browser: whether it uses what only a browser has, which under `client` makes it browser code.
    """
    if _QUIET.search(path) is not None or (browser and _CLIENT.search(path) is not None):
        return True
    return any(pattern.search(path) for pattern in _unserved_by_record())


@cache
def _unserved_by_record() -> tuple[re.Pattern[str], ...]:
    """What the records of the rules' packages say runs in no request."""
    records = (package_record(name) for name in packages())
    return tuple(re.compile(rf"(?:^|/){re.escape(r.name)}/{r.unserved}") for r in records if r.unserved)


def unserved(path: str) -> bool:
    """Whether the file of a dependency at `path` (forward slashes) runs in no production server."""
    folder, _, name = path.rpartition("/")
    return _UNSERVED_FILE.search(name) is not None or _unserved_folder(folder)


@lru_cache(4096)
def _unserved_folder(folder: str) -> bool:
    inside = folder.rpartition("node_modules/")[2] + "/"
    package = 2 if inside.startswith("@") else 1
    below = "/" + "/".join(inside.split("/")[package:])
    return _TOOLS.search(inside) is not None or _UNSERVED_FOLDER.search(below) is not None
