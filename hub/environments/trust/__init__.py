"""Whose certificates an organization believes beside those of the whole hub."""
