"""Figures of this process for Prometheus, at /metrics on the link's port."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CORE_BUCKETS = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1.0)
WRITE_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 10.0)


class ByType(dict[type, Counter]):
    """A counter for each type, labelled with its name: looking a label up takes longer than counting."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def __missing__(self, kind: type) -> Counter:
        self[kind] = self._counter.labels(kind.__name__)
        return self[kind]


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = ByType(Counter("callbase_engine_events", "Events the core took in", ["type"], registry=self.registry))
        self.commands = ByType(Counter("callbase_engine_commands", "Commands the core gave", ["type"], registry=self.registry))
        self.failures = Counter("callbase_engine_failures", "Events the core failed on", registry=self.registry)
        self.core_seconds = Histogram(
            "callbase_engine_core_seconds", "Time the core took for an event", buckets=CORE_BUCKETS, registry=self.registry
        )
        self.journal_entries = Counter("callbase_engine_journal_entries", "Journal entries written", registry=self.registry)
        self.journal_seconds = Histogram(
            "callbase_engine_journal_seconds", "Time a journal batch took", buckets=WRITE_BUCKETS, registry=self.registry
        )
        self.journal_backlog = Gauge(
            "callbase_engine_journal_backlog", "Entries the database does not have yet", registry=self.registry
        )
        self.snapshot_seconds = Gauge(
            "callbase_engine_snapshot_seconds", "Time the last snapshot of the core held it up", registry=self.registry
        )
        self.node_online = Gauge(
            "callbase_engine_node_online", "Whether the switch node is in reach", ["node"], registry=self.registry
        )
        self.node_drained = Gauge(
            "callbase_engine_node_drained", "Whether the switch node takes no new calls", ["node"], registry=self.registry
        )
        self.node_legs = Gauge("callbase_engine_node_legs", "Legs on the switch node", ["node"], registry=self.registry)
        self.link_clients = Gauge("callbase_engine_link_clients", "Clients on the link", registry=self.registry)
        self.link_resyncs = Counter(
            "callbase_engine_link_resyncs", "Times a client was too slow and got a snapshot instead", registry=self.registry
        )

        self.leading = Gauge("callbase_engine_leading", "1 where this engine leads, 0 where it stands by", registry=self.registry)
        self.epoch = Gauge("callbase_engine_lease_epoch", "Grows with each leader", registry=self.registry)
        self.lease_age_seconds = Gauge(
            "callbase_engine_lease_age_seconds", "Time since the leader's lease was renewed", registry=self.registry
        )
        self.standby_armed = Gauge(
            "callbase_engine_standby_armed", "1 where another engine may take over now", registry=self.registry
        )
        self.journal_lag_seconds = Gauge(
            "callbase_engine_journal_lag_seconds",
            "Age of the oldest entry the database does not have yet",
            registry=self.registry,
        )
        self.followed = Gauge("callbase_engine_followed_to", "The last journal entry this engine knows", registry=self.registry)
        self.telephones = Gauge(
            "callbase_switch_telephones_registered", "Telephones registered at the switch node", ["node"], registry=self.registry
        )
        self.trunk_up = Gauge(
            "callbase_switch_trunk_up",
            "1 where a trunk that registers at its carrier is registered",
            ["tenant", "trunk"],
            registry=self.registry,
        )
        self.refresh: Callable[[], None] = lambda: None
        """Sets what is only looked at when somebody asks."""

    def written(self, entries: int, seconds: float) -> None:
        self.journal_entries.inc(entries)
        self.journal_seconds.observe(seconds)

    def text(self) -> bytes:
        """In Prometheus' text format, with what modules and the process itself count."""
        self.refresh()
        return generate_latest(self.registry) + generate_latest(REGISTRY)
