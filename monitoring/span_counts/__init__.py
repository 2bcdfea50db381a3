"""Numbers of spans by all that the monitoring API groups by: written with the spans, folded once a minute, summed."""
