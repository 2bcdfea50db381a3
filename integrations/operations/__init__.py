"""The only writer of integrations, use cases and app mappings; every write leaves an audit entry."""
