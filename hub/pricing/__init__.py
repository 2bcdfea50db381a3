"""Pricing: from the lines that a mapping yields to line items, totals and taxes (mapping.md 12); pure."""
