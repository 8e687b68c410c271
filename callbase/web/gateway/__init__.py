"""/link: the gateway between browsers and programs on one side and the engine's link on the other.

One link to the engine serves the whole web process; `hub` holds it, `connection` is one browser or program, `sight` is what it
may see, `permit` what it may ask, `consoles` who is there with a telephone.
"""

from callbase.web.gateway.door import application, lifespan

__all__ = ["application", "lifespan"]
