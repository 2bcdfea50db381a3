"""Outgoing HTTP: the only code of the hub that opens a connection to somebody else's machine."""
