"""The hot statements of intake and processing, one module per database."""
