"""Tests of outbound/resends."""
