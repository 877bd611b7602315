"""The commands: name -> one line of help. Command `heap` is the function `heap` in `patcher/cli/heap_command.py`."""

COMMANDS = {
    "check": "Find sites that keep finished requests alive.",
    "apply": "Rewrite every affected copy under ROOT.",
    "diff": "Show what apply would write, as a unified diff.",
    "revert": "Put the original bytes back.",
    "status": "One line for each copy: release, layout, verdict.",
    "explain": "What a rule finds, why it matters, what it writes.",
    "export": "The same change as a package manager's own patch.",
    "init": "Wire nextfix into package.json and CI.",
    "heap": "Count retained requests in a V8 heap snapshot and name the slot.",
    "prove": "Run a real server before and after apply, and count retained requests.",
    "certify": "Verify the rules on a release and record it in the ledger (for maintainers).",
    "rules": "The catalogue of rules; --check says what is wrong with them.",
    "rule": "Write the skeleton of a new rule (for maintainers).",
}
