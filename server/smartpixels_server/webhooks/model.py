"""What a webhook is, and how its deliveries are signed (the scheme of standardwebhooks.com)."""

import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600))
"""How long to wait after each failure; after the last one a delivery is given up."""

_SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the prefix that the scheme prescribes


class WebhookEvent(StrEnum):
    """What a webhook can be told."""

    LOCATION_ONLINE = "location.online"
    LOCATION_OFFLINE = "location.offline"
    COMMAND_DONE = "command.done"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where to send what; all locations, or one. The secret is kept as it is, since it has to sign."""

    webhook_id: str
    owner_id: str
    url: str
    secret: str
    events: frozenset[WebhookEvent]
    location_id: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message on its way to one webhook."""

    delivery_id: str
    webhook_id: str
    body: str
    attempts: int
    due_at: datetime


def new_secret() -> str:
    """Return a secret for signing."""
    return _SECRET_PREFIX + b64encode(secrets.token_bytes(32)).decode()


def signature_headers(webhook: Webhook, delivery: Delivery, *, at: datetime) -> dict[str, str]:
    """Return the headers by which the receiver knows that the message is ours, whole and fresh."""
    timestamp = str(int(at.timestamp()))
    signed = f"{delivery.delivery_id}.{timestamp}.{delivery.body}".encode()
    digest = hmac.digest(b64decode(webhook.secret.removeprefix(_SECRET_PREFIX)), signed, "sha256")
    return {
        "webhook-id": delivery.delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failures; None to give up."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
