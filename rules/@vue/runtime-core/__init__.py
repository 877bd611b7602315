"""@vue/runtime-core, of vue: https://www.npmjs.com/package/@vue/runtime-core."""

from patcher.rule import Package

PACKAGE = Package(
    name="@vue/runtime-core",
    ledger_line="minor",
    rebuild="build the app again: a bundled server has a copy of this code",
    rebuild_because="bundlers copy vue into what they write for the server",
)
