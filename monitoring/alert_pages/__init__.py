"""People's door to alerts: rules, their history, channels."""
