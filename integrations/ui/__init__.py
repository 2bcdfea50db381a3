"""People's door of this app: integrations, their use cases, and the versions of those."""
