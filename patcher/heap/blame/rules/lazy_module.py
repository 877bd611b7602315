"""A module of ECMAScript that a request is the first to import."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="lazy_module",
    about="Node keeps the promises by which it read a module as long as the module: import it when the server starts.",
    own={
        "cascadedLoader": "node:internal/modules/esm/loader",
        "cjsCache": "node:internal/modules/esm/translators",
        "resolvedPromise": "node:internal/modules/esm/module_job",
    },
    told_by={"ModuleWrap": (("url",),), "ModuleJob": (("url",),), "ModuleJobSync": (("url",),)},
    example=Example(
        """
require("fs").writeFileSync(`${__dirname}/lazy.mjs`, "export const answer = 42;");
inside("/a", () => { import("./lazy.mjs"); });
""",
        {
            0: (),
            20: (r"Promise in .* for app/lazy\.mjs",),
            22: (r"Promise in .* for app/lazy\.mjs",),
        },
    ),
)
