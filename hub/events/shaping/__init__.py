"""Expressions over events: fields worked out of their entities, filters, bodies; evaluated in a child process."""
