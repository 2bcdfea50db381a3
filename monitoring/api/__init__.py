"""The machine's doors of this app."""
