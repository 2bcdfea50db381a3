"""What happened: spans, counters, access log."""
