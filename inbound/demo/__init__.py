"""Stadtwerke Musterstadt: what the demo sends and how it is mapped."""
