"""Supervisors at agents' calls: they listen, whisper to the agent, barge in, take over."""
