"""The charts page: what counters say over time, a table behind each chart and a CSV file of each."""
