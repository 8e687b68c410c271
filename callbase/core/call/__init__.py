"""Calls: legs, offers, talks, and the end of them."""
