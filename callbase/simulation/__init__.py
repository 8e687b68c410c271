"""A centre played through on virtual time: today's configuration or a planned one, against a day of calls."""
