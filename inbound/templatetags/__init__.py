"""What templates load from here."""
