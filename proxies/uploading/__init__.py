"""Recipes that bring files to other systems: what they send, step by step, and how that ended."""
