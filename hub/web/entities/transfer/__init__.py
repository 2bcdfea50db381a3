"""The pages through which entities leave and enter as files."""
