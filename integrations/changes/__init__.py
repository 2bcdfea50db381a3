"""What callers send, parsed once: the changes to an integration, to a use case, to an app mapping."""
