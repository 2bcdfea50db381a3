"""The door for machines: /v1 and /v2 integrations, use cases, history, app mapping."""
