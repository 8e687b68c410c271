"""What the CSTA process counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

CONNECTIONS = Gauge("callbase_csta_connections", "TCP connections of CSTA programs")
SESSIONS = Gauge("callbase_csta_sessions", "CSTA programs that have said whose they are")
MONITORS = Gauge("callbase_csta_monitors", "Monitors of all CSTA programs")
REQUESTS = Counter("callbase_csta_requests", "CSTA services asked for", ["service"])
EVENTS = Counter("callbase_csta_events", "CSTA events sent")
BYTES = Counter("callbase_csta_sent_bytes", "Bytes sent to CSTA programs")
