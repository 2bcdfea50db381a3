"""Core events: what happens inside the hub that others may want to know."""
