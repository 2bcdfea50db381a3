"""The bytes of file entities: kept in versions under random names, read back, removed with their entity."""
