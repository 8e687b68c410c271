"""SIP telephones in Python, small and quick: what benchmarks and end-to-end tests drive a real switch with. RFC 3261 over UDP."""
