"""What callers hear: prompts rendered from text, or uploaded in its place."""
