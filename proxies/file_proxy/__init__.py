"""File proxies: recipes that fetch a file from other systems, or bring one there."""
