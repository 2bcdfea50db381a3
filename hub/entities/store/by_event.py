"""ByEvent: operations applied event by event, each followed by its relations, its prunes and its look-ups."""

from __future__ import annotations

from hub.entities.look_ups import Found
from hub.entities.operations import OperationResult
from hub.entities.prunes import PruneResult
from hub.entities.store.claims import Claims
from hub.entities.store.fold import Fold
from hub.entities.store.linking import Linking
from hub.entities.store.looking import Looking
from hub.entities.store.pricing import Pricings
from hub.entities.store.pruning import Pruning


class ByEvent:
    """One pass of a fold whose operations have wishes or prunes among them (mapping.md 17.1)."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.prepared = fold.prepared
        self.results: list[OperationResult] = []
        self._linking = Linking(fold)
        self._pruning = Pruning(fold, self.results)
        self._looking = Looking(fold)
        self._pricings = Pricings(fold)
        self._claims = Claims(fold)

    def run(self) -> list[OperationResult]:
        """Results by place."""
        apply = self.fold.way_to_apply()
        stops = self._stops()
        for place in range(self.prepared.count):
            if place in stops:
                self._go_up_to(place)
            if place in self.prepared.pricings:
                result = self._pricings.applied(place, self.prepared.pricings[place])
            else:
                operation = self.prepared.operations[place]
                result = self._claims.refusal(place, operation) or apply(place, operation)
            self.results.append(result)
            self._linking.note(place, result)
            if self._is_last_of_its_event(place):
                self._linking.link_all(self.results)
        self._go_up_to(self.prepared.count)
        return self.results

    def _stops(self) -> set[int]:
        """Places before which something else stands."""
        prunes, look_ups = self.prepared.prunes, self.prepared.look_ups
        return {one.prune.after for one in prunes} | {one.look_up.after for one in look_ups}

    def _go_up_to(self, place: int) -> None:
        """What stands between the operation before place and that one."""
        self._pruning.prune_up_to(place)
        self._looking.look_up_to(place)

    @property
    def pruned(self) -> list[PruneResult]:
        """Results of the prunes, in their order."""
        return self._pruning.results

    @property
    def found(self) -> list[Found]:
        """Answers of the look-ups, in their order."""
        return self._looking.results

    def _is_last_of_its_event(self, place: int) -> bool:
        event_id = self.prepared.operations[place].event_id
        if event_id is None or place + 1 == self.prepared.count:
            return True
        following = self.prepared.operations[place + 1].event_id
        return following is not event_id and following != event_id
