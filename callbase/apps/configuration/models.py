"""No tables of its own: published documents are in `engine_config` (apps/interactions/schema.sql), which the engine reads."""
