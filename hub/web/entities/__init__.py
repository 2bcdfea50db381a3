"""The entity browser: schemas, the entities of one, search, one entity with its history."""
