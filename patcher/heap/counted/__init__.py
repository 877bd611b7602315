"""What is counted: the objects that stand for a request, and the request that each of them tells."""
