"""Webhooks: their configuration, their secrets, their conditions, and whatever changes them."""
