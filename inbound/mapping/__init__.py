"""What an event means, decided without database, clock or network (invariant 6)."""
