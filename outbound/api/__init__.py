"""The door for machines: /v1/webhooks."""
