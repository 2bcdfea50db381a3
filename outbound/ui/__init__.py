"""The door for people: what goes out, and what follows from what happens."""
