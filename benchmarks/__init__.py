"""Measurements beside peers, on the same machine in the same run. `python -m benchmarks [name]`; `make bench ONLY=name`."""
