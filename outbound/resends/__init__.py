"""Resends of many: which of some deliveries go out again, what they would say, and whom they would reach twice."""
