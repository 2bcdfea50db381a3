"""The pages of apps: the list, registering one, one with its components and calls."""
