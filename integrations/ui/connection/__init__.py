"""The pages about where the calls of an integration go, and how the hub says who calls."""
