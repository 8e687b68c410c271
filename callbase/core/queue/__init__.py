"""Queues: the line of those waiting, what they hear, and what becomes of them."""
