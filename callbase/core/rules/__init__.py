"""Rules: conditions, opening hours, caller lists and trunk groups, and the targets calls are sent to by them."""
