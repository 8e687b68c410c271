"""Agents on another maker's switch: a driver that is a CSTA program (ECMA-269) of it.

The switch has the calls and the audio; we are a third party that tells it what to do with them. It knows calls and connections,
no legs, bridges or playbacks; see ARCHITECTURE.md for how the core's commands become services, docs/csta.md for how to set it up.

`client.py` speaks with the switch, `board.py` follows its calls, `affairs.py` keeps which of the core's legs is which connection
and what the core wants of each, `plan.py` finds by its `rules` the service that brings what is nearer to what is wanted,
`exchange.py` tells the core what has become of its legs, `driver.py` does the input and output around all that.
"""
