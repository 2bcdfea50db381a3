"""For the one language that there is."""
