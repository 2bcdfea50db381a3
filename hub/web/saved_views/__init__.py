"""Saved views: lists as somebody has narrowed them, under a name."""
