"""Kamailio before several Asterisk nodes, for carriers that know one address only: its configuration, rendered.

It takes calls of trunks' addresses only, and says by a header which trunk it is: the nodes, to which all comes from the proxy's
address, know the trunk by that. The header's value is worked out from the installation's secret, so nobody else can set it. A
node that does not answer within two seconds, or that is drained and says 503, is passed by for the next, unnoticed by the caller.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

from callbase.core.config import Config
from callbase.platform.runtime import SwitchNode
from callbase.switch.asterisk.names import TRUNK_HEADER
from callbase.switch.asterisk.proxy import SipProxy
from callbase.switch.asterisk.trunks import addresses

Resolve = Callable[[str], Sequence[str]]
"""A host's addresses. Raises OSError."""


class TrunkUnknown(ValueError):
    """The host of a trunk is nowhere to be found; the message names both."""


def resolve(host: str) -> Sequence[str]:
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)})


def render(
    folder: Path, proxy: SipProxy, nodes: Sequence[SwitchNode], config: Config, resolve: Resolve = resolve
) -> dict[str, str]:
    """The files by name. `folder`: where Kamailio finds them. Raises TrunkUnknown."""
    return {
        "kamailio.cfg": _CONFIGURATION.format(host=proxy.host, port=proxy.port, folder=folder, header=TRUNK_HEADER).lstrip("\n"),
        "dispatcher.list": "".join(f"1 sip:{node.sip_host}:{node.sip_port}\n" for node in nodes),
        "address.list": "".join(f"1 {line}\n" for line in _sources(config, proxy, resolve)),
    }


def _sources(config: Config, proxy: SipProxy, resolve: Resolve) -> Iterator[str]:
    """Address, mask, port (0: any) and mark of each trunk."""
    for tenant in config.tenants.values():
        for trunk in tenant.trunks.values():
            mark = proxy.mark(tenant.id, trunk.id)
            for host in addresses(trunk):
                for network in _networks(host, f"{tenant.id}/{trunk.id}", resolve):
                    yield f"{network.replace('/', ' ')} 0 {mark}"


def _networks(host: str, trunk: str, resolve: Resolve) -> list[str]:
    try:
        return [str(ip_network(host, strict=False))]
    except ValueError:
        pass
    try:
        return [str(ip_network(address)) for address in resolve(host)]
    except OSError as problem:
        raise TrunkUnknown(f"trunk {trunk}: {host} has no address: {problem.strerror or problem}") from problem


_CONFIGURATION = """
#!KAMAILIO
# Written by `callbase kamailio-config`; written anew, what is changed here is lost.

debug=1
children=4
tcp_children=2
auto_aliases=no
server_header="Server: callbase"
user_agent_header="User-Agent: callbase"
listen=udp:{host}:{port}
listen=tcp:{host}:{port}

loadmodule "ctl.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "sanity.so"
loadmodule "xlog.so"
loadmodule "dispatcher.so"
loadmodule "permissions.so"

# a node that says nothing for two seconds is dead; one that rings may do so for three minutes
modparam("tm", "fr_timer", 2000)
modparam("tm", "fr_inv_timer", 180000)
# each is asked every second whether it lives; one that was left out is back after three answers. Asterisk says 404 to who asks
# for nobody; all of 4xx would have in it the 408 that Kamailio itself gives in place of no answer
modparam("dispatcher", "list_file", "{folder}/dispatcher.list")
modparam("dispatcher", "flags", 2)
modparam("dispatcher", "ds_ping_interval", 1)
modparam("dispatcher", "ds_ping_from", "sip:proxy@{host}")
modparam("dispatcher", "ds_ping_reply_codes", "class=2;code=404")
modparam("dispatcher", "ds_probing_mode", 1)
modparam("dispatcher", "ds_probing_threshold", 1)
modparam("dispatcher", "ds_inactive_threshold", 3)
modparam("permissions", "address_file", "{folder}/address.list")
modparam("permissions", "peer_tag_avp", "$avp(trunk)")

request_route {{
    if (!mf_process_maxfwd_header("10")) {{
        sl_send_reply("483", "Too Many Hops");
        exit;
    }}
    if (!sanity_check()) exit;
    force_rport();
    if (is_method("CANCEL")) {{
        if (t_check_trans()) t_relay();
        exit;
    }}
    if (!is_method("ACK")) {{
        if (t_precheck_trans()) {{
            t_check_trans();
            exit;
        }}
        t_check_trans();
    }}
    if (has_totag()) route(WITHIN_DIALOG);
    if (is_method("OPTIONS") && $rU == $null) {{
        sl_send_reply("200", "OK");
        exit;
    }}
    if (!is_method("INVITE")) {{
        # telephones register with the nodes themselves
        if (!is_method("ACK")) sl_send_reply("405", "Method Not Allowed");
        exit;
    }}
    remove_hf("Route");
    remove_hf("{header}");
    if (ds_is_from_list("1", "3")) {{
        # a node calls out
        record_route();
        t_relay();
        exit;
    }}
    if (!allow_source_address("1")) {{
        xlog("L_WARN", "INVITE of $si, which is no trunk's address, refused\\n");
        sl_send_reply("403", "Forbidden");
        exit;
    }}
    append_hf("{header}: $avp(trunk)\\r\\n");
    record_route();
    if (!ds_select_dst("1", "4")) {{
        sl_send_reply("503", "Service Unavailable");
        exit;
    }}
    t_on_failure("NEXT_NODE");
    t_relay();
}}

failure_route[NEXT_NODE] {{
    if (t_is_canceled()) exit;
    if (t_check_status("503") || (t_branch_timeout() && !t_branch_replied())) {{
        ds_mark_dst("ip");
        if (ds_next_dst()) {{
            t_on_failure("NEXT_NODE");
            t_relay();
        }}
    }}
}}

route[WITHIN_DIALOG] {{
    if (loose_route()) {{
        # who is no node reaches nodes only: this is no relay for strangers
        if (ds_is_from_list("1", "3") || ds_is_from_list("1", "3", "$nh(u)")) t_relay();
        else if (!is_method("ACK")) sl_send_reply("403", "Forbidden");
    }} else if (is_method("ACK")) {{
        if (t_check_trans()) t_relay();
    }} else {{
        sl_send_reply("481", "Call/Transaction Does Not Exist");
    }}
    exit;
}}
"""
