"""The command palette: one field that leads to pages, to things by name, key or id, and to what may be done."""
