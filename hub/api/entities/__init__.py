"""/v1/entity: schemas, search, lists, single entities and their relations (entities.md)."""
