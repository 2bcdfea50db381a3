"""Core events: what happened to the entities of an organization, told to whoever listens."""
