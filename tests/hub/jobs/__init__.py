"""Tests of hub/jobs."""
