"""The one seam through which anybody is told anything: to the log and a file always, by mail and webhook where set.

A channel that fails is noted in the file and in the log; it never stops or fails a build.
"""

import json
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from pipelines.notifications.event import Event
from pipelines.workspace import Workspace

FILE = "notifications.jsonl"
_log = logging.getLogger("dovetail")


def notify(workspace: Workspace, event: Event) -> list[str]:
    """Tell of an event through every channel that is set; the channels that failed, each with the reason."""
    from pipelines.notifications.channels import send_mail, send_to_webhook

    settings = workspace.notify
    channels: dict[str, Callable[[], None]] = {}
    if event.kind in settings.events:
        if settings.email is not None:
            mail = settings.email
            channels["email"] = lambda: send_mail(mail, event)
        if settings.webhook is not None:
            webhook = settings.webhook
            channels["webhook"] = lambda: send_to_webhook(webhook, event)
    failed = {}
    for name, send in channels.items():
        try:
            send()
        except Exception as error:
            failed[name] = type(error).__name__ if not isinstance(error, ChannelNotSet) else str(error)
    level = logging.WARNING if event.kind in ("build_failed", "deliveries_refused") else logging.INFO
    _log.log(level, "%s", event.text())
    for name, reason in failed.items():
        _log.warning("the notification could not be sent by %s: %s", name, reason)
    _append(workspace.warehouse / FILE, event, sorted(set(channels) - set(failed)), failed)
    return [f"{name}: {reason}" for name, reason in failed.items()]


def notify_once(workspace: Workspace, event: Event) -> None:
    """Tell of an event unless the last one of its kind said the same: for what is looked at every day."""
    digest = sha256(f"{event.kind} {event.title} {sorted(event.facts.items())}".encode()).hexdigest()
    path = workspace.warehouse / f".notified-{event.kind}"
    if path.exists() and path.read_text(encoding="utf-8") == digest:
        return
    notify(workspace, event)
    path.write_text(digest, encoding="utf-8")


class ChannelNotSet(Exception):
    """A channel lacks what it needs, such as the environment variable of its secret; the message names it."""


def secret(name: str) -> str:
    """The secret in an environment variable.

    Raises:
        ChannelNotSet: it is not set.
    """
    value = os.environ.get(name)
    if not value:
        raise ChannelNotSet(f"the environment variable {name} is not set")
    return value


def _append(path: Path, event: Event, sent: list[str], failed: dict[str, str]) -> None:
    line = {
        "at": datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat(" "), "kind": event.kind,
        "title": event.title, "facts": dict(event.facts), "remedy": event.remedy, "sent": sent, "failed": failed,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write of one line: two programs that tell something at once do not mix their lines.
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(number, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(number)
