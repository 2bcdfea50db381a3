"""People's door: deliveries, webhooks, poll queues, and a receiver to try them with."""
