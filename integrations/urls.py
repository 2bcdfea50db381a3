"""Both doors of this app; a literal always stands before the id it could be mistaken for."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from integrations.api.app_mapping import IntegrationAppMapping
from integrations.api.integrations_v1 import Integrations, OneIntegration
from integrations.api.integrations_v2 import IntegrationsV2, OneIntegrationV2
from integrations.api.use_cases import OneUseCase, UseCaseHistory, UseCases

ONE = "v1/integrations/<id:integration_id>"
USE_CASE = f"{ONE}/use-cases/<id:use_case_id>"

api_urls: list[URLPattern] = [
    path("v1/integrations", Integrations.as_view()),
    path(ONE, OneIntegration.as_view()),
    path(f"{ONE}/app-mapping", IntegrationAppMapping.as_view()),
    path(f"{ONE}/use-cases", UseCases.as_view()),
    path(USE_CASE, OneUseCase.as_view()),
    path(f"{USE_CASE}/history", UseCaseHistory.as_view()),
    path("v2/integrations", IntegrationsV2.as_view()),
    path("v2/integrations/<id:integration_id>", OneIntegrationV2.as_view()),
]
page_urls: list[URLResolver] = [path("", include("integrations.page_urls"))]

urlpatterns: list[URLPattern | URLResolver] = [*api_urls, *page_urls]
