"""Doors for people: files that browsers open by a signed link."""
