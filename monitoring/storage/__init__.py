"""The storage page: what is kept for how long, who fills it, how it grows."""
