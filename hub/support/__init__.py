"""The Django admin for support: every organization's rows, to be looked at and acted on, never edited."""
