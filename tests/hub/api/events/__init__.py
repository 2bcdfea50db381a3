"""The API of core events."""
