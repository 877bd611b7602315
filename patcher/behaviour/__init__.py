"""Behaviour tests: the rewritten file of a release does what the original does, and keeps nothing.

`run` loads both files under Node with everything around them stubbed and drives the code that a rule
rewrites. It needs `node`; only `certify` and the tests call it.
"""

from patcher.behaviour.runner import Behaviour, harness_of, run

__all__ = ["Behaviour", "harness_of", "run"]
