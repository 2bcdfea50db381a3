"""The past of entities: what they were, where their values come from, and how one change is undone."""
