"""The configuration's devices and trunks as PJSIP objects, pushed over ARI while Asterisk runs.

Only differences are sent. Asterisk keeps endpoints, their addresses and what trunks are known by in its own database, so that
after its restart it takes calls from the first moment; secrets it has in memory alone, and is given again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote

import msgspec
import structlog

from callbase.core.config import Config, Device, Trunk
from callbase.sealing import unseal
from callbase.switch.asterisk import contacts
from callbase.switch.asterisk.ami import Manager
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.names import CONTEXT, DEVICE_CONTEXT, REALM, TRUNK_HEADER
from callbase.switch.asterisk.objects import AOR, AUTH, ENDPOINT, IDENTIFY, REGISTRATION, Fields, Unit, common_fields
from callbase.switch.asterisk.proxy import NAME as PROXY
from callbase.switch.asterisk.proxy import SipProxy
from callbase.switch.asterisk.trunks import addresses, endpoint_of, server_uri, trunk_of

log = structlog.get_logger(__name__)

BROWSER_MEDIA_TIMEOUT_S = 20
"""A browser always sends RTP, so silence means that it is gone."""
HELD_MEDIA_TIMEOUT_S = 600
"""A desk phone that holds a call by its own button may send nothing meanwhile."""
LONGEST_REGISTRATION_S = 600
"""Bounds how long a telephone that lost its power counts as registered."""

Opener = Callable[[str], str | None]
"""Gives a sealed secret's text, None where it cannot be opened."""

_KINDS = (AUTH, AOR, ENDPOINT, IDENTIFY, REGISTRATION)
_SECRET = (AUTH, REGISTRATION)
"""What Asterisk does not keep (`platform/asterisk/configuration.py`, sorcery.conf)."""
_MARK = "mwi_from_user"
"""The endpoint's attribute that keeps its unit's fingerprint, by which the next driver sees that it is as wanted. It has no
other use here, for there are no mailboxes. An account code would go with each channel, and be a change of both that meet."""
_GIVEN = "CALLBASE_GIVEN"
"""Asterisk's global variable, forgotten at its end, for all it was given: the digest of the units' fingerprints. Empty where
secrets were not given yet."""
_CHANGING = "changing"
_AT_ONCE = 16
_GONE_WITHIN_S = 2.0


def desired(
    config: Config, media_address: str, open: Opener, media_timeout_s: int, proxy: SipProxy | None = None
) -> dict[str, Unit]:
    """Name → unit, of all the switch should have. `media_address` is written into SDP; empty: Asterisk finds its own.
    `media_timeout_s`: how long a desk phone in a call may send nothing; 0: for ever.

    `proxy`: by which trunks reach the nodes.

    A device or trunk whose secret cannot be opened is left out: better none than one that lets anybody in."""
    units: dict[str, Unit] = {}
    for tenant in config.tenants.values():
        for device in tenant.devices.values():
            if device.kind == "outside":
                continue  # it is called by a trunk
            ha1 = open(device.ha1)
            if ha1 is None:
                log.error("secret_unreadable", tenant=tenant.id, device=device.id)
            else:
                units[device.id] = _device(device, ha1, media_address, media_timeout_s)
        for trunk in tenant.trunks.values():
            password = open(trunk.password)
            if password is None:
                log.error("secret_unreadable", tenant=tenant.id, trunk=trunk.id)
            else:
                units[endpoint_of(tenant.id, trunk.id)] = _trunk(tenant.id, trunk, password, media_address, proxy)
    return units


NO_TRANSFER = ("allow_transfer", "no")
"""A REFER is declined by Asterisk itself: what is no desk phone of an agent sends nobody anywhere. And one that wants no NOTIFY
(RFC 4488) ends Asterisk 22.10, where a program answers transfers."""


def _device(device: Device, ha1: str, media_address: str, media_timeout_s: int) -> Unit:
    name = device.id
    kind: Fields
    if device.kind == "browser":
        # webrtc=yes brings ICE, DTLS with its own certificate, AVPF and rtcp-mux
        kind = (
            ("transport", "ws"),
            ("webrtc", "yes"),
            ("allow", "!all,opus,ulaw,alaw"),
            ("rtp_timeout", str(BROWSER_MEDIA_TIMEOUT_S)),
        )
    else:
        kind = (
            ("allow", "!all,alaw,ulaw,g722,opus"),
            ("dtmf_mode", "auto"),
            ("rtp_symmetric", "yes"),
            ("rtp_timeout", str(media_timeout_s)),
            ("rtp_timeout_hold", str(HELD_MEDIA_TIMEOUT_S if media_timeout_s else 0)),
        )
    auth = (("auth_type", "md5"), ("username", name), ("realm", REALM), ("md5_cred", ha1))
    aor = (
        ("max_contacts", "1"),
        ("remove_existing", "yes"),
        ("maximum_expiration", str(LONGEST_REGISTRATION_S)),
        ("minimum_expiration", "30"),
    )
    endpoint = (
        ("auth", name),
        ("aors", name),
        ("identify_by", "username"),
        ("callerid", f"<{device.number or name}>"),
        ("rewrite_contact", "yes"),
        *(() if device.kind == "sip" and device.agent is not None else (NO_TRANSFER,)),
        *common_fields(DEVICE_CONTEXT, media_address),
        *kind,
    )
    return ((AUTH, auth), (AOR, aor), (ENDPOINT, endpoint))


def _trunk(tenant: str, trunk: Trunk, password: str, media_address: str, proxy: SipProxy | None) -> Unit:
    name = endpoint_of(tenant, trunk.id)
    unit: list[tuple[str, Fields]] = []
    endpoint: Fields = (
        ("aors", name),
        ("identify_by", "ip,header"),
        ("transport", trunk.transport),
        ("allow", ",".join(("!all", *trunk.codecs))),
        ("dtmf_mode", "auto"),
        ("rtp_symmetric", "yes"),
        ("trust_id_inbound", "yes"),
        NO_TRANSFER,
        *common_fields(CONTEXT, media_address),
    )
    if trunk.username:
        unit.append((AUTH, (("auth_type", "userpass"), ("username", trunk.username), ("password", password))))
        endpoint += (("outbound_auth", name),)
    unit.append((AOR, (("contact", server_uri(trunk)),) if trunk.host else (("max_contacts", "0"),)))
    if matches := addresses(trunk):
        identify: Fields = (("endpoint", name), ("match", ",".join(matches)))
        if proxy is not None:
            identify += (("match_header", f"{TRUNK_HEADER}: {proxy.mark(tenant, trunk.id)}"),)
        unit.append((IDENTIFY, identify))
    registers = trunk.register and trunk.host and trunk.username
    if proxy is not None and not registers:
        endpoint += (("outbound_proxy", proxy.route),)
    if registers:
        registration = (
            ("server_uri", server_uri(trunk)),
            ("client_uri", f"sip:{trunk.username}@{trunk.host}"),
            ("outbound_auth", name),
            ("transport", trunk.transport),
            ("contact_user", trunk.username),
            ("max_random_initial_delay", "1"),
            ("retry_interval", "20"),
            ("forbidden_retry_interval", "60"),
            ("max_retries", "1000000"),
        )
        unit.append((REGISTRATION, registration))
    unit.append((ENDPOINT, endpoint))
    return tuple(unit)


def fingerprint(unit: Unit) -> str:
    return hashlib.sha256(msgspec.json.encode(unit)).hexdigest()[:16]


def _kinds_of(name: str) -> tuple[str, ...]:
    """Of a trunk, those it may have."""
    return (ENDPOINT, REGISTRATION, IDENTIFY, AOR, AUTH) if trunk_of(name) or name == PROXY else (ENDPOINT, AOR, AUTH)


def _digest(marks: dict[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(sorted(marks.items()))).hexdigest()


class Provisioner:
    """Makes one node's objects equal to the configuration."""

    def __init__(
        self,
        client: AriClient,
        manager: Manager,
        media_address: str,
        secret_key: str,
        media_timeout_s: int,
        fixed: dict[str, Unit],
        proxy: SipProxy | None,
    ) -> None:
        """`fixed`: what there is beside the configuration's objects."""
        self._proxy = proxy
        self._fixed = fixed
        self._client = client
        self._manager = manager
        self._media_address = media_address
        self._media_timeout_s = media_timeout_s
        self._open = lru_cache(maxsize=None)(partial(unseal, secret_key=secret_key))
        self._present: dict[str, str] = {}
        """Name → fingerprint of what the switch has; empty where it is not known."""
        self._started_at = ""
        self._without_secrets = False
        self._limit = asyncio.Semaphore(_AT_ONCE)

    async def synchronise(self, config: Config) -> None:
        """Sends what differs. A unit that is refused is logged and does not keep the others from being sent. Raises AriError."""
        wanted = desired(config, self._media_address, self._open, self._media_timeout_s, self._proxy) | self._fixed
        marks = {name: fingerprint(unit) for name, unit in wanted.items()}
        await self._notice_restart(marks)
        surplus = [name for name in self._present if name not in wanted]
        differing = [name for name, mark in marks.items() if self._present.get(name) != mark]
        bare = [name for name in wanted if name not in differing] if self._without_secrets else []
        if not (surplus or differing or self._without_secrets):
            return
        if not self._without_secrets:
            await self._note(_CHANGING)
        await asyncio.gather(*(self._remove(name) for name in surplus))
        await asyncio.gather(
            *(self._send(name, wanted[name], marks[name]) for name in differing),
            *(self._put(name, wanted[name], marks[name], _SECRET) for name in bare),
        )
        await self._note(_digest(self._present))
        self._without_secrets = False

    async def _notice_restart(self, wanted: dict[str, str]) -> None:
        """Asterisk tells what it has, at its first start nothing."""
        info = await self._client.request("GET", "/asterisk/info", only="status")
        started_at = info["status"]["startup_time"]
        if started_at == self._started_at:
            return
        await contacts.forget_old(self._client, self._manager)
        given = (await self._client.request("GET", "/asterisk/variable", variable=_GIVEN))["value"]
        if given == _digest(wanted):
            self._present = dict(wanted)
        else:
            names = await self._endpoints()
            found = await asyncio.gather(*(self._fingerprint_of(name) for name in names))
            self._present = dict(zip(names, found, strict=True))
        self._without_secrets = not given
        self._started_at = started_at

    async def _note(self, given: str) -> None:
        await self._client.request("POST", "/asterisk/variable", variable=_GIVEN, value=given)

    async def _endpoints(self) -> list[str]:
        try:
            return [endpoint["resource"] for endpoint in await self._client.request("GET", "/endpoints/PJSIP")]
        except AriError as problem:
            if problem.status == 404:  # Asterisk's way of saying that there are none
                return []
            raise

    async def _fingerprint_of(self, name: str) -> str:
        try:
            fields = await self._request("GET", ENDPOINT, name)
        except AriError as problem:
            if not problem.status:
                raise
            return ""
        return next((field["value"] for field in fields if field["attribute"] == _MARK), "")

    async def _send(self, name: str, unit: Unit, mark: str) -> None:
        if name in self._present:
            # changed in place, an endpoint would take its unset caller id for a number called "unknown"
            await self._delete(ENDPOINT, name)
            await self._gone(name)
            kept = {kind for kind, _ in unit}
            for kind in _kinds_of(name):
                if kind not in kept:
                    await self._delete(kind, name)
        await self._put(name, unit, mark)

    async def _put(self, name: str, unit: Unit, mark: str, kinds: tuple[str, ...] = _KINDS) -> None:
        for kind, fields in unit:
            if kind not in kinds:
                continue
            marked = (*fields, (_MARK, mark)) if kind == ENDPOINT else fields
            body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in marked]}
            try:
                await self._request("PUT", kind, name, body)
            except AriError as problem:
                if not problem.status:
                    raise
                mark = ""
                log.error("object_refused", kind=kind, name=name, reason=problem.message)
        self._present[name] = mark

    async def _remove(self, name: str) -> None:
        for kind in _kinds_of(name):
            await self._delete(kind, name)
        self._present.pop(name, None)

    async def _delete(self, kind: str, name: str) -> None:
        try:
            await self._request("DELETE", kind, name)
        except AriError as problem:
            if not problem.status:
                raise
            if problem.status != 404:
                log.error("object_not_removed", kind=kind, name=name, reason=problem.message)

    async def _gone(self, name: str) -> None:
        """Asterisk takes a deleted endpoint off its list a moment later, and with it one made anew in that moment."""
        deadline = asyncio.get_running_loop().time() + _GONE_WITHIN_S
        while asyncio.get_running_loop().time() < deadline:
            try:
                await self._client.request("GET", f"/endpoints/PJSIP/{quote(name, safe='')}")
            except AriError as problem:
                if problem.status == 404:
                    return
                raise
            await asyncio.sleep(0.01)
        log.warning("endpoint_still_listed", name=name)

    async def _request(self, method: str, kind: str, name: str, body: object = None) -> Any:
        async with self._limit:
            return await self._client.request(method, f"/asterisk/config/dynamic/{kind}/{quote(name, safe='')}", body=body)
