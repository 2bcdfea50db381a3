"""What people do to rules and channels of alerts."""
