"""Organizations, members, tokens, grants, audit."""
