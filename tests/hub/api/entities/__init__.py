"""Tests of /v1/entity."""
