"""How a message leaves this machine, where a person has set that it may: mail through a relay, and a webhook."""

import json
import smtplib
from dataclasses import asdict
from email.message import EmailMessage
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from pipelines.notifications.event import Event
from pipelines.notifications.seam import ChannelNotSet, secret
from pipelines.workspace import EmailSettings, WebhookSettings

TIMEOUT_SECONDS = 20


def send_mail(settings: EmailSettings, event: Event) -> None:
    """Send the event as plain text.

    Raises:
        ChannelNotSet: the password's environment variable is not set.
        OSError: the relay cannot be reached.
        smtplib.SMTPException: the relay refuses it.
    """
    message = EmailMessage()
    message["Subject"] = f"Dovetail: {event.title}"
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message.set_content(event.text() + "\n")
    password = secret(settings.password_env) if settings.password_env else None
    with smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_SECONDS) as relay:
        if settings.starttls:
            import ssl

            relay.starttls(context=ssl.create_default_context())
        if settings.user and password:
            relay.login(settings.user, password)
        relay.send_message(message)


def send_to_webhook(settings: WebhookSettings, event: Event) -> None:
    """Post the event as JSON: `text` for chat programs, and its parts for others.

    Raises:
        ChannelNotSet: the address's environment variable is not set, or holds no web address.
        OSError: it cannot be reached or answers with an error.
    """
    url = secret(settings.url_env)
    if urlsplit(url).scheme not in ("http", "https"):
        raise ChannelNotSet(f"the environment variable {settings.url_env} holds no address that begins with https://")
    body = json.dumps({"text": event.text(), **asdict(event), "facts": dict(event.facts)}).encode()
    request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    with build_opener().open(request, timeout=TIMEOUT_SECONDS):
        pass
