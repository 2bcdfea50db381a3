"""Deliveries on their way: claimed per receiver, sent side by side, recorded together."""
