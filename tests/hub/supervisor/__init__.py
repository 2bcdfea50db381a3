"""Tests of what make run stands on."""
