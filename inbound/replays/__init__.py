"""Bulk replay: which events, how, what it would do, and the job that does it."""
