"""All writes of customers and their levels."""
