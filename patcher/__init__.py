"""nextfix: finds and rewrites the promises and timers that keep finished requests alive in Node.js."""

__version__ = "0.1.0"
