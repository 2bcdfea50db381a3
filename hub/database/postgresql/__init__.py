"""The connection to PostgreSQL: Django's own, which asks the server less often whether it is still there."""
