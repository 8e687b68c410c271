"""What queueing theory says of a queue in its steady state, to hold simulations against and to staff by.

`load` is the offered load in Erlang (arrival rate × mean handling time). Sources: Erlang (1917) for B and C; Palm (1957) and
Garnett, Mandelbaum and Reiman (2002) for impatient callers (Erlang A); Cobham (1954) for priorities.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import NamedTuple


def erlang_b(load: float, agents: int) -> float:
    """Probability that all are busy where nobody waits: M/M/c/c. By the recursion in the number of agents."""
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """Probability of having to wait where everybody waits: M/M/c. 1 where the agents cannot keep up."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


class Waits(NamedTuple):
    """`asa`: mean wait of all, in the unit of `handling`."""

    waiting: float
    """Probability of having to wait."""
    asa: float
    service_level: float
    """Share answered within the threshold, of all."""


def patient(load: float, agents: int, handling: float, threshold: float) -> Waits:
    """M/M/c. `handling` (mean) and `threshold` in one unit. Raises ValueError where the agents cannot keep up."""
    if load >= agents:
        raise ValueError(f"{agents} agents cannot keep up with {load} Erlang")
    waiting = erlang_c(load, agents)
    spare = (agents - load) / handling
    return Waits(waiting, waiting / spare, 1 - waiting * exp(-spare * threshold))


class Impatient(NamedTuple):
    waiting: float
    abandoning: float
    wait: float
    """Mean of all, abandoned or answered, in the unit of `patience`."""
    occupancy: float


def impatient(load: float, agents: int, handling: float, patience: float) -> Impatient:
    """M/M/c+M (Erlang A): exponential patience. The stationary distribution is summed up until nothing is added."""
    arrivals, service, leaving = load / handling, 1 / handling, 1 / patience
    weight, weights = 1.0, [1.0]
    present = 0
    while present < agents or weight > 1e-18 * max(weights):
        present += 1
        weight *= arrivals / (min(present, agents) * service + max(0, present - agents) * leaving)
        weights.append(weight)
        if weight > 1e200:  # only ratios count
            weights = [each / 1e200 for each in weights]
            weight /= 1e200
    total = sum(weights)
    waiting = sum(weights[agents:]) / total
    queue_length = sum((count - agents) * weights[count] for count in range(agents, len(weights))) / total
    abandoning = leaving * queue_length / arrivals
    busy = sum(min(count, agents) * each for count, each in enumerate(weights)) / total
    return Impatient(waiting, abandoning, queue_length / arrivals, busy / agents)


def by_priority(loads: Sequence[float], agents: int, handling: float) -> tuple[float, ...]:
    """Mean waits of M/M/c with priorities and no interruption, the highest first (Cobham); one handling time for all."""
    total = sum(loads)
    waiting = erlang_c(total, agents)
    first = waiting * handling / agents
    waits, above = [], 0.0
    for load in loads:
        waits.append(first / ((1 - above / agents) * (1 - (above + load) / agents)))
        above += load
    return tuple(waits)


def agents_needed(load: float, handling: float, threshold: float, service_level: float) -> int:
    """Fewest agents with whom that service level is met by patient callers (an upper bound where some lose patience)."""
    agents = int(load) + 1
    while patient(load, agents, handling, threshold).service_level < service_level:
        agents += 1
    return agents
