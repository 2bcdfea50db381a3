"""What the mapping child runs: a plan is prepared once, then one job after another is mapped."""

from __future__ import annotations

from hub.jsonata.limits import Limits
from inbound.formats import Malformed, read_payload
from inbound.mapping.plan import MappingPlan, map_event, plan_of
from inbound.mapping.result import EventMapping, Failure, decode_job, encode_mapping


def prepare(plan: bytes, engine: str, limits: Limits) -> MappingPlan:
    """The compiled plan; one that cannot be compiled answers every job with its failure."""
    return plan_of(plan, engine, limits.expression_ms)


def run(plan: MappingPlan, job: bytes) -> bytes:
    """The EventMapping of one Job, as MessagePack."""
    wanted = decode_job(job)
    try:
        document = read_payload(wanted.body, wanted.format)
    except Malformed as error:
        return encode_mapping(EventMapping(failure=Failure("MALFORMED_PAYLOAD", str(error))))
    return encode_mapping(map_event(plan, document, wanted.facts))
