"""Both doors of this app."""

from __future__ import annotations

from django.urls import include, path

from inbound.api.events import QueryEvents, ReplayEvents
from inbound.api.held_prunes import ApproveHeldPrune, HeldPruneDetail, HeldPrunes, RejectHeldPrune
from inbound.api.inlets import Inlet
from inbound.api.intake import ReceiveEventsV1, ReceiveEventsV2, ReceiveEventsV3
from inbound.api.simulation import SimulateMappingV1, SimulateMappingV2
from inbound.api.simulation_direct import SimulateDirect

urlpatterns = [
    path("v1/erp/updates/events", ReceiveEventsV1.as_view()),
    path("v2/erp/updates/events", ReceiveEventsV2.as_view()),
    path("v3/erp/updates/events", ReceiveEventsV3.as_view()),
    path("v1/erp/inlets/<id:integration_id>/<use_case_slug:slug>", Inlet.as_view()),
    path("v1/erp/updates/mapping_simulation", SimulateMappingV1.as_view()),
    path("v2/erp/updates/mapping_simulation", SimulateMappingV2.as_view()),
    path("v1/erp/updates/direct_simulation", SimulateDirect.as_view()),
    path("v1/integrations/<id:integration_id>/events", QueryEvents.as_view()),
    path("v1/integrations/<id:integration_id>/events/replay", ReplayEvents.as_view()),
    path("v1/integrations/<id:integration_id>/held-prunes", HeldPrunes.as_view()),
    path("v1/integrations/<id:integration_id>/held-prunes/<id:prune_id>", HeldPruneDetail.as_view()),
    path("v1/integrations/<id:integration_id>/held-prunes/<id:prune_id>:approve", ApproveHeldPrune.as_view()),
    path("v1/integrations/<id:integration_id>/held-prunes/<id:prune_id>:reject", RejectHeldPrune.as_view()),
    path("", include("inbound.page_urls")),
]
