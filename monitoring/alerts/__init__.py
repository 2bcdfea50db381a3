"""Alerts: rules over counters and gauges, the decision to tell somebody, and telling."""
