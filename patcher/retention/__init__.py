"""What keeps a request on which Node under which tracer, as measured by `python -m tests.retention`."""
