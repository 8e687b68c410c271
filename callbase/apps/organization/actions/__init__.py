"""All writes of tenants' people, units and telephones."""
