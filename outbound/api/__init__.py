"""What machines ask this app for."""
