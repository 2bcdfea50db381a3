"""Numbers of rows by all that monitoring groups them by: written with the rows, folded once a minute, summed."""
