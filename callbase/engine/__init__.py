"""The one loop around the core: events in, commands out, every input journaled, the state shown on the link."""
