"""People's door: deliveries, webhooks, and a receiver to try them with."""
