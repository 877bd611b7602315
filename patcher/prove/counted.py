"""What is counted: everything that stands for a request, or the objects of one class."""

import json
from dataclasses import dataclass

# The classes of which a look at a running server counts instances; a heap snapshot knows more.
WATCHED = ("SpanImpl", "Span", "DatadogSpan", "Transaction", "Scope")
_PROTOTYPES = """(() => {
  const found = [require("http").IncomingMessage.prototype];
  const names = new Set(%s);
  const add = (value) => {
    if (typeof value === "function" && names.has(value.name) && value.prototype) found.push(value.prototype);
  };
  for (const module of Object.values(require("module")._cache ?? {})) {
    const exported = module?.exports;
    add(exported);
    if (exported === null || typeof exported !== "object") continue;
    try {
      for (const { value } of Object.values(Object.getOwnPropertyDescriptors(exported))) add(value);
    } catch {}
  }
  return [...new Set(found)];
})()"""
_URL = """(() => {
  try {
    const attributes = each.attributes;
    const path = attributes?.["http.target"] ?? attributes?.["url.path"];
    const query = attributes?.["url.query"];
    const url = path === undefined
      ? each._spanContext?._tags?.["http.url"] ?? each._sdkProcessingMetadata?.normalizedRequest?.url ?? each.url
      : query && !path.includes("?") ? `${path}?${query}` : path;
    return typeof url === "string" ? url.replace(/^https?:\\/\\/[^/]*/, "") : undefined;
  } catch { return undefined; }
})()"""


@dataclass(frozen=True)
class Counted:
    """What stands for a request.

    Args:
        name: the class that is counted in a heap snapshot, '' for everything that stands for a request.
        of: what the objects are, for a report.
        prototypes: JavaScript whose value is an array of the prototypes of the classes, in a running server.
        url: JavaScript whose value is the url of `each`, or undefined.
    """

    name: str
    of: str
    prototypes: str
    url: str


EVERYTHING = Counted(
    "",
    "http.IncomingMessage objects, requests of Next.js and the Web, and the spans, scopes, transactions and stores "
    "that tracers keep of a request, added up by request",
    _PROTOTYPES % json.dumps(WATCHED),
    _URL,
)
