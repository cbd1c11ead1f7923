"""Endpoints about webhooks; every key sees its own only."""

from collections.abc import Mapping, Sequence

from ..errors import SmartPixelsError
from ..locations.service import LocationService
from ..protocol.errors import ErrorCode
from ..web.endpoints import Call, Endpoint
from ..webhooks.model import Webhook
from ..webhooks.service import WebhookService
from .messages import NewWebhook, Page, WebhookAdded, WebhookInfo, WebhookList
from .model import ApiKey, Scope
from .paging import part


class WebhookEndpoints:
    """What keys with the scope `webhook` may do."""

    def __init__(self, webhooks: WebhookService, locations: LocationService) -> None:
        self._webhooks = webhooks
        self._locations = locations

    def endpoints(self) -> Sequence[Endpoint[ApiKey]]:
        """Return all of them."""
        return (
            Endpoint(
                method="GET",
                path="/api/v1/webhooks",
                summary="The key's webhooks",
                scope=Scope.WEBHOOK,
                query=Page,
                reply=WebhookList,
                handle=self._list,
            ),
            Endpoint(
                method="POST",
                path="/api/v1/webhooks",
                summary="Add a webhook",
                scope=Scope.WEBHOOK,
                body=NewWebhook,
                reply=WebhookAdded,
                refusals=(ErrorCode.UNKNOWN_LOCATION, ErrorCode.INVALID),
                handle=self._add,
            ),
            Endpoint(
                method="DELETE",
                path="/api/v1/webhooks/{webhook_id}",
                summary="Remove a webhook and what waits for it",
                scope=Scope.WEBHOOK,
                refusals=(ErrorCode.NOT_FOUND,),
                handle=self._remove,
            ),
        )

    async def _list(self, call: Call[ApiKey]) -> WebhookList:
        owned = await self._webhooks.owned(call.caller.key_id)
        found, following = part(owned, call.query, key=lambda one: one.webhook_id)
        slugs = {one.location_id: one.slug for one in await self._locations.list_locations()}
        return WebhookList(webhooks=tuple(_info(one, slugs) for one in found), next=following)

    async def _add(self, call: Call[ApiKey]) -> WebhookAdded:
        wanted: NewWebhook = call.body
        location = await self._locations.by_slug(wanted.location) if wanted.location else None
        if wanted.location and location is None:
            raise SmartPixelsError(ErrorCode.UNKNOWN_LOCATION, "there is no such location")
        webhook = await self._webhooks.add(
            call.caller.key_id,
            wanted.url,
            events=wanted.events,
            location_id=location.location_id if location else None,
        )
        slugs = {location.location_id: location.slug} if location else {}
        return WebhookAdded(webhook=_info(webhook, slugs), secret=webhook.secret)

    async def _remove(self, call: Call[ApiKey]) -> None:
        await self._webhooks.remove(call.caller.key_id, call.path["webhook_id"])


def _info(webhook: Webhook, slugs: Mapping[str, str]) -> WebhookInfo:
    return WebhookInfo(
        webhook_id=webhook.webhook_id,
        url=webhook.url,
        events=tuple(sorted(webhook.events)),
        location=slugs.get(webhook.location_id) if webhook.location_id else None,
        created_at=webhook.created_at,
    )
