"""Entities as files: what goes out as CSV or JSON, and what comes in again row by row."""
