"""Managed calls, secure proxy, file proxy."""
