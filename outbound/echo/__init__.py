"""A receiver of the hub's own, for development: remembers what came, checks signatures, fails when told to."""
