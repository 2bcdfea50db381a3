"""The time series under meters and counters."""
