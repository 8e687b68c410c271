"""Routing: who gets which interaction, and why."""
