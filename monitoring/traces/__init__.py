"""Traces: what one correlation id went through, from the ERP to the acknowledgement and back."""
