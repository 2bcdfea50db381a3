"""Core events reach the ERP."""
