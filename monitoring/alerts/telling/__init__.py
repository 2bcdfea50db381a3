"""Telling: from due notices to messages that somebody gets."""
