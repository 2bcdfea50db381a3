"""Prunes beyond the guard's limits: held in the slice, decided by a person, listed until then."""
