"""Recording: when a call is recorded, and what is known of the files."""
