"""No tables of its own: the demo centre is an ordinary tenant, marked `is_demo`."""
