"""What people see of this app."""
