"""CSTA for programs made for other switches: ECMA-323 XML over TCP, ECMA-354 application sessions. See docs/csta.md.

A client of the link like any other program: what a session may see and do is what its token may.
"""
