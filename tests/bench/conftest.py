"""The ERP of the inbound tests, whose events meet what the bench has stored."""

from tests.inbound.conftest import _end_children, _nothing_cached, erp

__all__ = ["_end_children", "_nothing_cached", "erp"]
