"""What machines ask of this app."""
