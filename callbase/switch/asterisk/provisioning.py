"""The configuration's devices and trunks as PJSIP objects, pushed over ARI while Asterisk runs.

Only differences are sent. Objects live in Asterisk's memory: after its restart all are sent again, which takes about two
milliseconds each.
"""

from __future__ import annotations

from urllib.parse import quote

import structlog

from callbase.core.config import Config, Device, Trunk
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.names import CONTEXT, REALM
from callbase.switch.asterisk.trunks import endpoint_of, server_uri, trunk_of

log = structlog.get_logger(__name__)

BROWSER_MEDIA_TIMEOUT_S = 20
"""A browser always sends RTP, so silence means that it is gone. Desk phones may suppress silence."""
LONGEST_REGISTRATION_S = 600
"""Bounds how long a telephone that lost its power counts as registered."""

Fields = tuple[tuple[str, str], ...]
Objects = dict[tuple[str, str], Fields]
"""(object type, name) → attributes."""

_IDENTIFY = "res_pjsip/identify"
_REGISTRATION = "res_pjsip/registration"
# what is referred to comes before what refers to it
_ORDER = ("res_pjsip/auth", "res_pjsip/aor", "res_pjsip/endpoint", _IDENTIFY, _REGISTRATION)


def desired(config: Config, media_address: str) -> Objects:
    """Every object the switch should have. `media_address` is written into SDP; empty: Asterisk finds its own."""
    objects: Objects = {}
    for tenant in config.tenants.values():
        for device in tenant.devices.values():
            objects |= _device(device, media_address)
        for trunk in tenant.trunks.values():
            objects |= _trunk(tenant.id, trunk, media_address)
    return objects


def _device(device: Device, media_address: str) -> Objects:
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
        kind = (("allow", "!all,alaw,ulaw,g722,opus"), ("dtmf_mode", "auto"), ("rtp_symmetric", "yes"))
    return {
        ("res_pjsip/auth", name): (
            ("auth_type", "md5"),
            ("username", name),
            ("realm", REALM),
            ("md5_cred", device.ha1),
        ),
        ("res_pjsip/aor", name): (
            ("max_contacts", "1"),
            ("remove_existing", "yes"),
            ("maximum_expiration", str(LONGEST_REGISTRATION_S)),
            ("minimum_expiration", "30"),
        ),
        ("res_pjsip/endpoint", name): (
            ("context", CONTEXT),
            ("auth", name),
            ("aors", name),
            ("identify_by", "username"),
            ("callerid", f"<{device.number or name}>"),
            ("rewrite_contact", "yes"),
            ("direct_media", "no"),
            ("media_address", media_address),
            ("tone_zone", "cn"),
            *kind,
        ),
    }


def _trunk(tenant: str, trunk: Trunk, media_address: str) -> Objects:
    name = endpoint_of(tenant, trunk.id)
    objects: Objects = {}
    outbound_auth: Fields = ()
    if trunk.username:
        objects["res_pjsip/auth", name] = (
            ("auth_type", "userpass"),
            ("username", trunk.username),
            ("password", trunk.password),
        )
        outbound_auth = (("outbound_auth", name),)
    objects["res_pjsip/aor", name] = (("contact", server_uri(trunk)),) if trunk.host else (("max_contacts", "0"),)
    objects["res_pjsip/endpoint", name] = (
        ("context", CONTEXT),
        ("aors", name),
        ("identify_by", "ip"),
        ("transport", trunk.transport),
        ("allow", ",".join(("!all", *trunk.codecs))),
        ("dtmf_mode", "auto"),
        ("rtp_symmetric", "yes"),
        ("direct_media", "no"),
        ("media_address", media_address),
        ("trust_id_inbound", "yes"),
        ("tone_zone", "cn"),
        *outbound_auth,
    )
    matches = trunk.match or ((trunk.host,) if trunk.host else ())
    if matches:
        objects[_IDENTIFY, name] = (("endpoint", name), ("match", ",".join(matches)))
    if trunk.register and trunk.host and trunk.username:
        objects[_REGISTRATION, name] = (
            ("server_uri", server_uri(trunk)),
            ("client_uri", f"sip:{trunk.username}@{trunk.host}"),
            ("outbound_auth", name),
            ("transport", trunk.transport),
            ("contact_user", trunk.username),
            ("retry_interval", "20"),
            ("forbidden_retry_interval", "60"),
            ("max_retries", "1000000"),
        )
    return objects


class Provisioner:
    """Makes one node's objects equal to the configuration."""

    def __init__(self, client: AriClient, media_address: str) -> None:
        self._client = client
        self._media_address = media_address
        self._pushed: Objects = {}
        self._started_at = ""

    async def synchronise(self, config: Config) -> None:
        """Sends what differs. One object refused is logged and does not keep the others from being sent."""
        await self._notice_restart()
        wanted = desired(config, self._media_address)
        for kind in _ORDER:
            for key, fields in wanted.items():
                if key[0] == kind and self._pushed.get(key) != fields:
                    await self._put(key, fields)
        for kind in reversed(_ORDER):
            for key in [key for key in self._pushed if key[0] == kind and key not in wanted]:
                await self._delete(key)

    async def _notice_restart(self) -> None:
        """After Asterisk's restart nothing is there any more; after ours, we do not know what is, except by asking."""
        info = await self._client.request("GET", "/asterisk/info", only="status")
        started_at = info["status"]["startup_time"]
        if started_at == self._started_at:
            return
        self._started_at = started_at
        self._pushed = {}
        for name in await self._endpoints():
            kinds = _ORDER if trunk_of(name) else _ORDER[:3]
            self._pushed |= {(kind, name): () for kind in kinds}

    async def _endpoints(self) -> list[str]:
        try:
            return [endpoint["resource"] for endpoint in await self._client.request("GET", "/endpoints/PJSIP")]
        except AriError as problem:
            if problem.status == 404:  # Asterisk's way of saying that there are none
                return []
            raise

    async def _put(self, key: tuple[str, str], fields: Fields) -> None:
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields]}
        try:
            await self._client.request("PUT", f"/asterisk/config/dynamic/{key[0]}/{quote(key[1], safe='')}", body=body)
            self._pushed[key] = fields
        except AriError as problem:
            if not problem.status:
                raise
            log.error("object_refused", kind=key[0], name=key[1], reason=problem.message)

    async def _delete(self, key: tuple[str, str]) -> None:
        try:
            await self._client.request("DELETE", f"/asterisk/config/dynamic/{key[0]}/{quote(key[1], safe='')}")
        except AriError as problem:
            if not problem.status:
                raise
            if problem.status != 404:
                log.error("object_not_removed", kind=key[0], name=key[1], reason=problem.message)
        self._pushed.pop(key, None)
