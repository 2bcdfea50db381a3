"""Failures grouped by their cause: by a rule that the page can say in words, never by their text."""
