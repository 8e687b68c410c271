"""Agents: their states, telephones and requests."""
