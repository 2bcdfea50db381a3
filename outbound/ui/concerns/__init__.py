"""What needs a person on the way out, as the first page of monitoring tells of it."""
