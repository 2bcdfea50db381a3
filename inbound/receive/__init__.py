"""receive_batch: check, route, deduplicate within 24 hours, store, ring."""

from inbound.receive.batch import receive_batch
from inbound.receive.envelope import Batch, ItemResult, Submitted

__all__ = ["Batch", "ItemResult", "Submitted", "receive_batch"]
