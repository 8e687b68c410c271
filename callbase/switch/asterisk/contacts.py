"""Where telephones are registered, as Asterisk remembers it."""

from __future__ import annotations

from urllib.parse import quote

import structlog

from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.client import AriClient, AriError

log = structlog.get_logger(__name__)


async def forget_old(client: AriClient, manager: Manager) -> None:
    """Of each telephone with several contacts only the one that expires last is kept.

    A telephone has one. But Asterisk writes its registrations to disk a moment later, and where it died between writing a new
    contact and removing the old one it comes back with both, and would call the first. Raises AriError.
    """
    try:
        contacts = await manager.entries("PJSIPShowContacts")
    except ManagerError as problem:  # also Asterisk's way of saying that there are none
        log.debug("contacts_not_listed", reason=str(problem))
        return
    newest_first = sorted(contacts, key=lambda contact: int(contact.get("ExpirationTime") or 0), reverse=True)
    telephones = set()
    for contact in newest_first:
        name = contact.get("ObjectName", "")
        telephone = name.partition(";")[0]
        if telephone not in telephones:
            telephones.add(telephone)
            continue
        log.warning("old_contact_forgotten", device=telephone, contact=contact.get("Uri", ""))
        try:
            await client.request("DELETE", f"/asterisk/config/dynamic/res_pjsip/contact/{quote(name, safe='')}")
        except AriError as problem:
            if problem.status != 404:
                raise
