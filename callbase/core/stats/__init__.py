"""Counting what happens today."""
