"""The entity store."""
