"""/v1/entity/product_order/{id}:{move}: a product order released, started, held, completed, reopened, cancelled."""

from __future__ import annotations

import math
from typing import Final
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from hub.accounts.grants import Capability, allows, missing
from hub.api.entities.conditional import expected_version
from hub.api.entities.documentation import documented
from hub.api.entities.views import EntityView
from hub.api.idempotency import once_per_key
from hub.api.query_fields import text_of, wrong
from hub.entities.product_order_moves import MOVES, Move
from hub.entities.product_orders import MOST_PIECES, Step, advance
from hub.json_types import JSONObject

TOLD_ABOUT_A_COMPLETION: Final = frozenset({"completed_by", "quantity_completed", "quantity_rejected"})


class MoveConverter:
    """``<product_order_move:move>``: the name of a move; anything else does not match, so it is 404."""

    regex = "|".join(MOVES)

    def to_python(self, value: str) -> Move:
        """The move."""
        return MOVES[value]

    def to_url(self, value: Move) -> str:
        """Its name."""
        return value.name


@documented(post="moveProductOrder")
class ProductOrderMove(EntityView):
    """One step on the way of a product order."""

    requires = {"POST": Capability.PRODUCE}

    @once_per_key
    def post(self, request: Request, schema: str, entity_id: UUID, move: Move) -> Response:
        """The product order after the move."""
        if move.is_for_admins and not allows(self.principal, Capability.ADMIN):
            raise missing(Capability.ADMIN)
        told = self._told(move)
        step = Step(
            move,
            entity_id,
            expected=expected_version(request),
            who=text_of(told, "completed_by"),
            completed=_amount(told, "quantity_completed"),
            rejected=_amount(told, "quantity_rejected"),
        )
        return self.shown(advance(editor=self.editor(), step=step))

    def _told(self, move: Move) -> JSONObject:
        """The body, if there is one; raises Invalid for members that the move does not take."""
        body = self.body_object() if self.request.data is not None else {}
        known = TOLD_ABOUT_A_COMPLETION if move.takes_amounts else frozenset()
        if unknown := sorted(body.keys() - known):
            raise wrong(unknown[0], f"is nothing that {move.name} takes")
        return body


def _amount(told: JSONObject, name: str) -> float | None:
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(name, "must be a number")
    if not math.isfinite(value) or not 0 <= value <= MOST_PIECES:
        raise wrong(name, f"must be a number from 0 to {MOST_PIECES:,}")
    return value
