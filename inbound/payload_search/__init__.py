"""Events by what stands in their payloads: through the index of identifiers where one is mapped, else by reading."""
