"""ERP events become entities."""
