"""How long rows are kept, and their deletion in small batches."""
