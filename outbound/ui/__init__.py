"""People's door: deliveries, webhooks, poll queues, automations, and a receiver to try deliveries with."""
