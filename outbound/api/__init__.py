"""The door for machines: webhooks, deliveries, messages, acknowledgements."""
