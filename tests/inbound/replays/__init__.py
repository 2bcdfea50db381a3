"""Tests of inbound/replays."""
