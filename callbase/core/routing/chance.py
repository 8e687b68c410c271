"""Chance that a replay draws again: SplitMix64 (Steele, Lea, Flood 2014), its 64 bits kept in the state."""

from __future__ import annotations

from callbase.core.state import State

MASK = (1 << 64) - 1


def draw(state: State, among: int) -> int:
    """0 … among - 1, each as likely but for a share of among / 2^64."""
    state.chance = (state.chance + 0x9E3779B97F4A7C15) & MASK
    value = state.chance
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return ((value ^ (value >> 31)) * among) >> 64
