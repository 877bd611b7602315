"""tree-sitter, behind one module."""
