"""Flows: the nodes a caller walks through before reaching a person."""
