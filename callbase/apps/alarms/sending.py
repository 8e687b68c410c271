"""Sending one message: by mail, or to a webhook that can tell that it is ours.

A webhook gets JSON by POST, with the time in `X-Callbase-Timestamp` and in `X-Callbase-Signature` "sha256=" and the HMAC-SHA256
of timestamp, "." and body under the recipient's secret. Any status of 200 to 299 counts as taken; redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django.conf import settings

from callbase.apps.alarms.models import Recipient
from callbase.apps.alarms.posting import PostFailed, post
from callbase.apps.alarms.words import Message, told
from callbase.platform.environment import read_environment
from callbase.platform.mail import MailServer
from callbase.sealing import unseal

TIMEOUT_S = 10.0


class SendFailed(Exception):
    """The message says why. Trying again later may help."""


def send(recipient: Recipient, message: Message) -> None:
    """Raises SendFailed."""
    _WAYS[recipient.kind](recipient, message)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _mail(recipient: Recipient, message: Message) -> None:
    server = read_environment().mail
    if server is None:
        raise SendFailed("no mail server is set (CALLBASE_SMTP_URL)")
    mail = EmailMessage()
    mail["Subject"], body = told(message, recipient.language)
    mail["From"], mail["To"] = server.sender, recipient.address
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=server.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    try:
        with _connected(server) as connection:
            connection.send_message(mail)
    except (smtplib.SMTPException, OSError) as problem:
        raise SendFailed(_reason(problem)) from problem


def _reason(problem: Exception) -> str:
    said = str(problem)
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in problem.recipients.values())
    elif isinstance(problem, smtplib.SMTPResponseException):
        text = problem.smtp_error
        said = f"{problem.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return _one_line(said) or type(problem).__name__


def _one_line(said: str) -> str:
    return " ".join(said.split())[:400]


def _connected(server: MailServer) -> smtplib.SMTP:
    """Raises SMTPException, OSError."""
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        connection.ehlo()
        if server.password or connection.has_extn("starttls"):
            connection.starttls(context=context)
    if server.user:
        connection.login(server.user, server.password)
    return connection


def _post(recipient: Recipient, message: Message) -> None:
    subject, text = told(message, recipient.language)
    alarm = {
        "id": message.id,
        "source": message.source,
        "severity": message.severity,
        "state": message.text,
        "raised_at": message.raised_at.isoformat(),
        "cleared_at": message.cleared_at.isoformat() if message.cleared_at else None,
    }
    body = json.dumps({"event": message.event, "alarm": alarm, "subject": subject, "text": text}, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    secret = unseal(recipient.secret, settings.SECRET_KEY)
    if not secret:
        raise SendFailed("its secret was sealed by another installation; give it anew")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "callbase",
        "X-Callbase-Timestamp": timestamp,
        "X-Callbase-Signature": signature(secret, timestamp, body),
    }
    try:
        status = post(recipient.address, body, headers, read_environment().webhook_networks)
    except PostFailed as failed:
        raise SendFailed(_one_line(str(failed))) from failed
    if not 200 <= status <= 299:
        raise SendFailed(f"it answers {status}")


_WAYS: dict[str, Callable[[Recipient, Message], None]] = {"email": _mail, "webhook": _post}
