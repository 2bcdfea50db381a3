"""The operations of the reference contract: number, method, path, operation id, grant, status of success."""

from __future__ import annotations

from dataclasses import dataclass

CONTRACT = """
 1 POST   /v1/erp/tracking/acknowledgement                              acknowledgeTracking           ACK     200
 2 POST   /v1/erp/trigger                                               triggerErp                    TRIGGER 200
 3 POST   /v1/erp/updates/events                                        processErpUpdatesEvents       SEND    200
 4 POST   /v2/erp/updates/events                                        processErpUpdatesEventsV2     SEND    200
 5 POST   /v3/erp/updates/events                                        processErpUpdatesEventsV3     SEND    200
 6 POST   /v1/erp/updates/mapping_simulation                            simulateMapping               any     200
 7 POST   /v2/erp/updates/mapping_simulation                            simulateMappingV2             any     200
 8 GET    /v1/integrations                                              listIntegrations              READ    200
 9 POST   /v1/integrations                                              createIntegration             WRITE   201
10 GET    /v1/integrations/{integrationId}                              getIntegration                READ    200
11 PUT    /v1/integrations/{integrationId}                              updateIntegration             WRITE   200
12 DELETE /v1/integrations/{integrationId}                              deleteIntegration             WRITE   200
13 POST   /v1/integrations/{integrationId}/events                       queryEvents                   MONITOR 200
14 POST   /v1/integrations/{integrationId}/events/replay                replayEvents                  SEND    200
15 GET    /v1/integrations/{integrationId}/use-cases                    listUseCases                  READ    200
16 POST   /v1/integrations/{integrationId}/use-cases                    createUseCase                 WRITE   201
17 GET    /v1/integrations/{integrationId}/use-cases/{useCaseId}        getUseCase                    READ    200
18 PUT    /v1/integrations/{integrationId}/use-cases/{useCaseId}        updateUseCase                 WRITE   200
19 DELETE /v1/integrations/{integrationId}/use-cases/{useCaseId}        deleteUseCase                 WRITE   200
20 GET    /v1/integrations/{integrationId}/use-cases/{useCaseId}/history listUseCaseHistory           READ    200
21 PUT    /v1/integrations/{integrationId}/app-mapping                  setIntegrationAppMapping      WRITE   200
22 DELETE /v1/integrations/{integrationId}/app-mapping                  deleteIntegrationAppMapping   WRITE   200
23 POST   /v1/integrations/{integrationId}/monitoring/inbound-events    queryInboundMonitoringEvents  MONITOR 200
24 POST   /v1/integrations/{integrationId}/monitoring/outbound-events   queryOutboundMonitoringEvents MONITOR 200
25 POST   /v1/integrations/{integrationId}/monitoring/stats             getMonitoringStats            MONITOR 200
26 POST   /v1/integrations/{integrationId}/monitoring/timeseries        getMonitoringTimeSeries       MONITOR 200
27 POST   /v1/integrations/{integrationId}/monitoring/access-logs       queryAccessLogs               MONITOR 200
28 GET    /v1/integrations/{integrationId}/outbound-status              getOutboundStatus             status  200
29 GET    /v1/integrations/secure-proxies                               listSecureProxies             READ    200
30 POST   /v1/managed-call/{slug}/execute                               managedCallExecute            SEND    200
31 POST   /v1/secure-proxy                                              secureProxy                   SEND    200
32 GET    /v2/integrations                                              listIntegrationsV2            READ    200
33 POST   /v2/integrations                                              createIntegrationV2           WRITE   201
34 GET    /v2/integrations/{integrationId}                              getIntegrationV2              READ    200
35 PUT    /v2/integrations/{integrationId}                              updateIntegrationV2           WRITE   200
36 DELETE /v2/integrations/{integrationId}                              deleteIntegrationV2           WRITE   200
"""
OUR_OWN = """
 0 POST   /v1/erp/updates/direct_simulation                             simulateDirect                any     200
 0 GET    /v1/erp/inlets/{integrationId}/{slug}                          callInlet                     CALL    202
 0 POST   /v1/erp/inlets/{integrationId}/{slug}                          postToInlet                   SEND    202
 0 GET    /v1/access-tokens                                             listAccessTokens              TOKENS  200
 0 POST   /v1/access-tokens                                             createAccessToken             TOKENS  201
 0 GET    /v1/access-tokens/{tokenId}                                   getAccessToken                TOKENS  200
 0 PATCH  /v1/access-tokens/{tokenId}                                   renameAccessToken             TOKENS  200
 0 DELETE /v1/access-tokens/{tokenId}                                   revokeAccessToken             TOKENS  200
 0 GET    /v1/entity/schemas                                            listSchemas                   VIEW    200
 0 GET    /v1/entity/schemas/{slug}                                     getSchema                     VIEW    200
 0 PUT    /v1/entity/schemas/{slug}                                     saveSchema                    EDIT    200
 0 GET    /v1/entity/schemas/{slug}/versions                            listSchemaVersions            VIEW    200
 0 GET    /v1/entity/schemas/{slug}/json/schema                         getSchemaAsJSONSchema         VIEW    200
 0 GET    /v1/entity/schemas/{slug}/json/example                        getSchemaExample              VIEW    200
 0 POST   /v1/entity:search                                             searchEntities                VIEW    200
 0 POST   /v1/entity:export                                             exportEntities                VIEW    200
 0 POST   /v1/entity:import                                             importEntities                EDIT    200
 0 GET    /v1/entity/{slug}                                             listEntities                  VIEW    200/304
 0 POST   /v1/entity/{slug}                                             createEntity                  EDIT    201
 0 PATCH  /v1/entity/{slug}:upsert                                      upsertEntity                  EDIT    200/201
 0 GET    /v1/entity/{slug}/{id}                                        getEntity                     VIEW    200/304
 0 PATCH  /v1/entity/{slug}/{id}                                        patchEntity                   EDIT    200
 0 PUT    /v1/entity/{slug}/{id}                                        replaceEntity                 EDIT    200
 0 DELETE /v1/entity/{slug}/{id}                                        deleteEntity                  REMOVE  200
 0 PATCH  /v1/entity/{slug}/{id}:restore                                restoreEntity                 EDIT    200
 0 POST   /v1/entity/product_order/{id}:{move}                          moveProductOrder              PRODUCE 200
 0 POST   /v1/entity/file:upload                                        uploadFile                    EDIT    201
 0 GET    /v1/entity/file/{id}/versions                                 listFileVersions              VIEW    200
 0 POST   /v1/entity/file/{id}/versions                                 addFileVersion                EDIT    201
 0 POST   /v1/entity/file/{id}:download                                 downloadFile                  VIEW    200
 0 GET    /v3/entity/{slug}/{id}/relations                              listRelations                 VIEW    200
 0 POST   /v1/entity/{slug}/{id}/relations                              addRelations                  EDIT    200
 0 DELETE /v1/entity/{slug}/{id}/relations                              removeRelations               EDIT    200
 0 GET    /v1/entity/{slug}/{id}/changesets                             listChangesets                VIEW    200
 0 POST   /v1/entity/{slug}/{id}/changesets/{attribute}:apply           applyChangeset                EDIT    200
 0 POST   /v1/entity/{slug}/{id}/changesets/{attribute}:dismiss         dismissChangeset              EDIT    200
 0 GET    /v1/entity/{slug}/{id}/activity                               getEntityActivity             VIEW    200
 0 POST   /v1/entity/{slug}/{id}/revert                                 revertEntityChange            EDIT    200
 0 GET    /v1/events                                                   listEvents                    EVENTS  200
 0 POST   /v1/events                                                   createEvent                   EVENTSEDIT 201
 0 GET    /v1/events/{eventName}                                       getEvent                      EVENTS  200
 0 PATCH  /v1/events/{eventName}                                       changeEvent                   EVENTSEDIT 200
 0 PUT    /v1/events/{eventName}                                       replaceEventDraft             EVENTSEDIT 200
 0 DELETE /v1/events/{eventName}                                       deprecateEvent                EVENTSEDIT 204
 0 POST   /v1/events/{eventName}:publish                               publishEvent                  EVENTSEDIT 200
 0 POST   /v1/events/{eventName}:preview                               previewEvent                  PAST    200
 0 POST   /v1/events/{eventName}:trigger                               triggerEvent                  FIRE    200
 0 GET    /v1/events/{eventName}/json_schema                           getEventJSONSchema            EVENTS  200
 0 GET    /v1/events/{eventName}/example                               getEventExample               EVENTS  200
 0 GET    /v1/events/{eventName}/versions                              listEventVersions             EVENTS  200
 0 POST   /v1/events/{eventName}:history                               listEventHistory              PAST    200
 0 POST   /v2/events/{eventName}:history                               listEventHistoryV2            PAST    200
 0 GET    /v2/events/{eventName}/history/{eventId}                     getEventOfHistory             PAST    200
 0 GET    /v1/integrations/{integrationId}/held-prunes                  listHeldPrunes                MONITOR 200
 0 GET    /v1/integrations/{integrationId}/held-prunes/{pruneId}        getHeldPrune                  MONITOR 200
 0 POST   /v1/integrations/{integrationId}/held-prunes/{pruneId}:approve approveHeldPrune             DECIDE  200
 0 POST   /v1/integrations/{integrationId}/held-prunes/{pruneId}:reject rejectHeldPrune               DECIDE  200
 0 POST   /v1/integrations/{integrationId}/outbound/messages/poll       pollMessages                  CONSUME 200
 0 POST   /v1/integrations/{integrationId}/outbound/messages/ack        acknowledgeMessages           CONSUME 200
 0 GET    /v1/integrations/{integrationId}/outbound/messages/dlq        listDeadLetters               DECIDE  200
 0 POST   /v1/integrations/{integrationId}/outbound/messages/dlq/redrive redriveDeadLetters           DECIDE  200
 0 POST   /v1/integrations/{integrationId}/outbound/messages/unblock    unblockMessages               DECIDE  200
 0 POST   /v1/integrations/{integrationId}/outbound/mapping-simulation  simulateOutboundMapping       any     200
 0 GET    /v2/integrations/{integrationId}/use-cases/{useCaseId}/secure-proxy-whitelist getSecureProxyWhitelist READ 200
 0 PUT    /v2/integrations/{integrationId}/use-cases/{useCaseId}/secure-proxy-whitelist replaceSecureProxyWhitelist OWNER 200
 0 GET    /v2/integrations/{integrationId}/use-cases/{useCaseId}/secure-proxy-whitelist/history listSecureProxyWhitelistHistory READ 200
 0 GET    /v1/schedules                                                 listSchedules                 READ    200
 0 GET    /v1/integrations/{integrationId}/schedules                    listIntegrationSchedules      READ    200
 0 GET    /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule getSchedule READ 200
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule:run runSchedule WRITE 202
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule:full-sync fullSyncSchedule WRITE 202
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule:pause pauseSchedule WRITE 200
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule:resume resumeSchedule WRITE 200
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule:rewind rewindSchedule WRITE 200
 0 GET    /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule/runs listScheduleRuns READ 200
 0 GET    /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule/runs/{runId} getScheduleRun READ 200
 0 POST   /v1/integrations/{integrationId}/use-cases/{useCaseId}/schedule/runs/{runId}:cancel cancelScheduleRun WRITE 200
 0 POST   /v1/monitoring/events                                        queryMonitoringEvents         MONITOR 200
 0 POST   /v1/monitoring/stats                                         queryMonitoringStats          MONITOR 200
 0 POST   /v2/integrations/{integrationId}/monitoring/events            queryMonitoringEventsV2       MONITOR 200
 0 GET    /v2/integrations/{integrationId}/monitoring/events/{eventId}/associated getAssociatedMonitoringEvents MONITOR 200
 0 POST   /v2/integrations/{integrationId}/monitoring/stats             getMonitoringStatsV2          MONITOR 200
 0 POST   /v2/integrations/{integrationId}/monitoring/time-series       getMonitoringTimeSeriesV2     MONITOR 200
 0 POST   /v2/integrations/{integrationId}/monitoring/external-events   pushExternalMonitoringEvents  WRITE   202
 0 GET    /v2/integrations/{integrationId}/monitoring/traces/{correlationId} getMonitoringTrace       status  200
 0 GET    /v2/integrations/{integrationId}/notifications/history        listNotificationHistory       status  200
 0 GET    /v2/integrations/{integrationId}/notifications/status         getNotificationStatus         status  200
 0 POST   /v2/integrations/{integrationId}/notifications/test           testNotification              WRITE   202
 0 GET    /v1/integrations/entities/{entityId}/sync-status              getEntitySyncStatus           VIEW    200
 0 GET    /v1/entities/{entityId}/sync-status                           getEntitySyncStatusByEntity   VIEW    200
 0 GET    /v1/metering/reading/{meterId}/{counterId}                    listMeterReadings             VIEW    200
 0 POST   /v2/metering/readings                                         writeMeterReadings            EDIT    200
 0 GET    /v1/environments                                              listEnvironments              ENV     200
 0 POST   /v1/environments                                              createEnvironment             ENV     201
 0 GET    /v1/environments/{key}                                        getEnvironment                ENV     200
 0 PUT    /v1/environments/{key}                                        putEnvironment                ENV     200/201
 0 DELETE /v1/environments/{key}                                        deleteEnvironment             ENVDEL  204
 0 GET    /v1/environments/{key}/uses                                   listEnvironmentUses           ENV     200
 0 GET    /v1/environments/groups                                       listEnvironmentGroups         ENV     200
 0 PUT    /v1/environments/groups/{name}                                putEnvironmentGroup           ENV     200/201
 0 DELETE /v1/environments/groups/{name}                                deleteEnvironmentGroup        ENVDEL  204
 0 GET    /v1/webhooks/configured-events                                listConfiguredEvents          HOOKVIEW 200
 0 GET    /v1/webhooks/configs                                          listWebhooks                  HOOKVIEW 200
 0 POST   /v1/webhooks/configs                                          createWebhook                 HOOKNEW 201
 0 GET    /v1/webhooks/configs/{id}                                     getWebhook                    HOOKVIEW 200
 0 PUT    /v1/webhooks/configs/{id}                                     replaceWebhook                HOOKEDIT 200
 0 DELETE /v1/webhooks/configs/{id}                                     deleteWebhook                 HOOKDEL 204
 0 POST   /v1/webhooks/configs/{id}/rotate-secret                       rotateWebhookSecret           HOOKEDIT 200
 0 POST   /v1/webhooks/configs/{id}:pause                               pauseWebhook                  HOOKEDIT 200
 0 POST   /v1/webhooks/configs/{id}:resume                              resumeWebhook                 HOOKEDIT 200
 0 POST   /v1/webhooks/configs/{id}:test-connection                      testWebhookConnection         RESEND  200
 0 POST   /v1/webhooks/configs/{id}:send-test                            sendWebhookTest               RESEND  202
 0 POST   /v1/webhooks/configs/{id}/test-oauth                           testWebhookOAuth              RESEND  200
 0 POST   /v1/webhooks/configs/{id}/trigger                              triggerWebhook                RESEND  200
 0 POST   /v1/webhooks/configs/{id}/example                              getWebhookExample             HOOKVIEW 200
 0 POST   /v2/webhooks/configs/{id}/events                             listWebhookDeliveries         HOOKVIEW 200
 0 GET    /v1/webhooks/configs/{id}/events/{eventId}                   getWebhookDelivery            HOOKVIEW 200
 0 POST   /v1/webhooks/configs/{id}/events/{eventId}/replay            replayWebhookDelivery         RESEND  204
 0 POST   /v1/webhooks/configs/{id}/events/replay-batch                replayWebhookDeliveries       RESEND  202
 0 GET    /v1/automations                                               listAutomations               AUTOVIEW 200
 0 POST   /v1/automations                                               createAutomation              AUTOEDIT 201
 0 GET    /v1/automations/{automationId}                                getAutomation                 AUTOVIEW 200
 0 PUT    /v1/automations/{automationId}                                replaceAutomation             AUTOEDIT 200
 0 DELETE /v1/automations/{automationId}                                deleteAutomation              AUTOEDIT 204
 0 POST   /v1/automations/{automationId}:test                           testAutomation                AUTOEDIT 200
 0 GET    /v1/automations/{automationId}/runs                           listAutomationRuns            AUTOVIEW 200
 0 GET    /v1/automations/{automationId}/runs/{runId}                   getAutomationRun              AUTOVIEW 200
 0 POST   /v1/automations/{automationId}/runs/{runId}:retry             retryAutomationRun            RERUN   202
 0 GET    /v1/apps                                                      listApps                      APPS    200
 0 POST   /v1/apps                                                      registerApp                   APPSEDIT 201
 0 GET    /v1/apps/{appId}                                              getApp                        APPS    200
 0 DELETE /v1/apps/{appId}                                              deleteApp                     APPSEDIT 200
 0 POST   /v1/apps/{appId}/components/{componentId}:call                callAppComponent              TRIGGER 200
 0 GET    /v1/portals                                                   listPortals                   ENV     200
 0 PUT    /v1/portals/{portalId}                                        putPortal                     ENV     200/201
 0 DELETE /v1/portals/{portalId}                                        deletePortal                  ENVDEL  204
"""  # noqa: E501 -- a row is a line
FOR_ANYBODY = """
 0 GET    /v1/webhooks/.well-known/public-key                           getWebhookPublicKey           none    200
"""


CREATED = 201


@dataclass(frozen=True)
class Operation:
    """One row of the contract."""

    number: int
    method: str
    path: str
    id: str
    grant: str
    success: int
    also: int | None = None
    """A second status of success: 201 where something may be made, 304 where nothing may have changed."""

    @classmethod
    def parse(cls, line: str) -> Operation:
        """From a line of the tables above."""
        number, method, path, identifier, grant, success = line.split()
        first, _, second = success.partition("/")
        return cls(int(number), method, path, identifier, grant, int(first), int(second) if second else None)

    @property
    def successes(self) -> set[int]:
        """Every status of success."""
        return {self.success} | ({self.also} if self.also else set())

    @property
    def success_when_new(self) -> int | None:
        """Of a request that makes what is not there yet."""
        return self.also if self.also == CREATED else None


def _rows(table: str) -> list[Operation]:
    return [Operation.parse(line) for line in table.strip().splitlines()]


OPERATIONS = _rows(CONTRACT) + _rows(OUR_OWN)
"""Everything the hub answers to whoever says who they are."""
PUBLIC = _rows(FOR_ANYBODY)
"""What it answers to everybody."""
