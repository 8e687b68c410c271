"""All writes of trunks and their groups."""
