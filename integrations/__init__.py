"""Integrations and their versioned use cases."""
