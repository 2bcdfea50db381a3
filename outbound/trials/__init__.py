"""Webhooks tried out before anything depends on them: the connection, the token, one real delivery."""
