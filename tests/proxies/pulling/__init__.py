"""Tests of scheduled pulls."""
