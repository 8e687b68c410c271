"""What the application is told of: all channels and all bridges.

`subscribeAll` would be shorter and is a trap. For the endpoints it stands for as well, Asterisk makes a router that points to
the application without holding it, and ends by a segmentation fault where a telephone registers while the application goes,
as it does when its listener closes (`endpoint_state_cb` in res/stasis/app.c, 22.10). Telephones are heard of by the manager
interface instead; see telephones.py.
"""

from __future__ import annotations

from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.names import APPLICATION

_ALL_CHANNELS = "__AST_CHANNEL_ALL_TOPIC"


async def subscribe(client: AriClient) -> None:
    """Once somebody listens. Raises AriError."""
    path = f"/applications/{APPLICATION}/subscription"
    application = await client.request("POST", path, eventSource="channel:,bridge:")
    for channel in application["channel_ids"]:
        if channel == _ALL_CHANNELS:
            continue
        # it came between listening and asking, and would be told of twice
        try:
            await client.request("DELETE", path, eventSource=f"channel:{channel}")
        except AriError as problem:
            if not problem.status:
                raise  # any answer means that it is gone meanwhile
