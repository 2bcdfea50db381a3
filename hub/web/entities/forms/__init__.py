"""Forms made from a schema: new entities and changed ones, typed inputs, a picker of related entities."""
