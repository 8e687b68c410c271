"""What Asterisk is told not to tell anybody, because nobody here listens: each message not made saves its making for every call.

A channel's story is told to Stasis, and from there to the manager interface as well; much of it is made whether anyone wants it.
"""

from __future__ import annotations

DECLINED_MESSAGES: tuple[str, ...] = (
    "ast_channel_varset_type",
    "ast_device_state_message_type",
    "ast_presence_state_message_type",
    "ast_rtp_rtcp_sent_type",
    "ast_rtp_rtcp_received_type",
    "ast_local_bridge_type",
    "ast_local_optimization_begin_type",
    "ast_local_optimization_end_type",
    "cel_generic_type",
    "ast_test_suite_message_type",
)
"""Types of Stasis messages. The last is told where Asterisk was built for its own tests as well, as Debian's was: seven a call.

Those of bridges and channel snapshots must be made, for what ARI lists comes from them; most others of channels too, for without
them the manager interface does not start. Without that of endpoint snapshots no application of ARI can be made (22.10,
`app_create` in res/stasis/app.c). One of a security event that is not made is an error in Asterisk's log, at each sign-in."""

DISABLED_EVENTS: tuple[str, ...] = (
    "Newchannel",
    "Newstate",
    "Newexten",
    "NewCallerid",
    "NewConnectedLine",
    "NewAccountCode",
    "DialBegin",
    "DialEnd",
    "DialState",
    "MusicOnHoldStart",
    "MusicOnHoldStop",
    "MixMonitorStart",
    "MixMonitorStop",
    "HangupRequest",
    "SoftHangupRequest",
    "HangupHandlerPush",
    "HangupHandlerRun",
    "Hangup",
    "BridgeCreate",
    "BridgeEnter",
    "BridgeLeave",
    "BridgeDestroy",
    "BridgeVideoSourceUpdate",
    "BridgeMerge",
    "MixMonitorMute",
    "DTMFBegin",
    "DTMFEnd",
    "Hold",
    "Unhold",
    "PeerStatus",
)
"""The manager interface's: our connection to it asks for those of the system only, and would be woken for each all the same."""
