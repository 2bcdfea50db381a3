"""/v1/events and /v2/events: the event catalogue of an organization, what it has published, and firing by hand."""
