"""Expressions, evaluated in child processes that can be killed."""
