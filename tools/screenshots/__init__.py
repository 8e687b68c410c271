"""Pictures of every screen in each of its states, in both languages, light and dark: `make screenshots`."""
