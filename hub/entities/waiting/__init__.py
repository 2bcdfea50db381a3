"""Values that wait in changesets, across all entities of an organization."""
