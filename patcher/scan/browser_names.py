"""What names and text tell of a package that is made for browsers; `package_code` asks them.

The signs of an application stand in `server_names`, and the same tests run both.
"""

from patcher.analysis.meaning import Sign

BROWSER = Sign(
    rb"\bdocument\.(?:createElement|querySelector\w*|body|head\b|documentElement|getElementById|addEventListener"
    rb"|visibilityState)|\brequestAnimationFrame\(|\bHTMLElement\b|\bcustomElements\b|\bindexedDB\b"
    rb"|\bnew (?:Intersection|Resize|Mutation)Observer\b|\bRTCPeerConnection\b",
    "what only a browser has, as a library uses it",
    "document.«createElement|createThing»('p')",
)
NODE_MODULES = Sign(
    rb"(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)[\"'](?:node:\w+|async_hooks|buffer|child_process|crypto|dgram|dns|events|fs|http2?|https"
    rb"|module|net|os|path|perf_hooks|process|readline|stream|tls|url|util|worker_threads|zlib)(?:/promises)?[\"']",
    "a file that loads a module of Node runs in Node",
    "require('«fs|fsx»')",
)
NAMED_FOR_BROWSERS = Sign(
    r"(?:^|[/-])browser(?:[/-]|$)|-web$|(?:^|[/-])web-|js-client-sdk$",
    "a package called so is the build of a library for browsers",
    "@team/client-«browser|bowser»",
)
STORES_OF_BROWSERS = Sign(
    r"^(?:idb|idb-keyval|localforage)$",
    "a package that needs a store of the browser runs in one",
    "«localforage|forage»",
)
FOUND_AS = Sign(
    r"^(?:browser|browser-only|indexeddb|dom|localstorage)$",
    "the words that a package is to be found by say where it runs",
    "«indexeddb|index»",
)
