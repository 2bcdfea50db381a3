"""The everyday part of Lucene's query syntax over entities (entities.md, query strings)."""
