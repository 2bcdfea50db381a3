"""Stored entities in any number: what they are, and how they get into a database within a minute per million."""
