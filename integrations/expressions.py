"""The check of expressions, as far as it is called here."""

from hub.jsonata.checking import check_expressions, end_child

__all__ = ["check_expressions", "end_child"]
