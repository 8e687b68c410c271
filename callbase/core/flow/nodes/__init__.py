"""The kinds of node, each a small class."""
