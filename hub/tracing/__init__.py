"""Traces for whoever runs a collector: off, and then without cost, unless HUB_OTEL_ENDPOINT names one."""
