"""Managed calls: partner APIs called with a mapped request and a mapped answer."""
