"""Asterisk's configuration files, all of them, made afresh before each start under CALLBASE_HOME/asterisk/etc.

Nothing is read from the machine's own /etc/asterisk. Endpoints and trunks are not here: the driver pushes them while Asterisk
runs, so that no change needs a restart. What it was given Asterisk keeps in its own database, but for the secrets.
"""

from __future__ import annotations

from pathlib import Path

from callbase.platform.asterisk.addresses import own_addresses
from callbase.platform.asterisk.folders import asterisk_dir, configuration_dir, futexes_library, music_file
from callbase.platform.asterisk.futexes import write_library
from callbase.platform.asterisk.modules import BETWEEN_NODES, MODULES
from callbase.platform.asterisk.tree import AsteriskInstallation
from callbase.platform.asterisk.unheard import DECLINED_MESSAGES, DISABLED_EVENTS
from callbase.platform.environment import Environment, SettingInvalid
from callbase.platform.runtime import Runtime, SwitchNode
from callbase.switch.asterisk.names import (
    ANSWERED_CONTEXT,
    APPLICATION,
    CONTEXT,
    DEVICE_CONTEXT,
    DRAINED_FAMILY,
    DRAINED_KEY,
    ECHO,
    ENDED_CONTEXT,
    HEARD_FOR_MS,
    HEARD_VARIABLE,
    LEG_HEADER,
    LEG_VARIABLE,
    MISSED_FAMILY,
    NODE_CONTEXT,
    NOWHERE_CONTEXT,
    OFFERED_FOR_MS,
    REALM,
    TAKES_ANY_VARIABLE,
    UNHEARD_FAMILY,
)

FORBIDDEN_IN_PATH = set(",;()&|\"'\n")
"""Asterisk would take these apart where a file's path stands in an option."""


def configure(
    environment: Environment, runtime: Runtime, installation: AsteriskInstallation, node: SwitchNode | None = None
) -> Path:
    """Writes every file and folder that node's Asterisk needs, or the first one's; the folder of the files. Raises SettingInvalid
    for a bad CALLBASE_HOME."""
    node = node or runtime.nodes[0]
    if bad := FORBIDDEN_IN_PATH & set(str(environment.home)):
        raise SettingInvalid(f"CALLBASE_HOME must not contain {' '.join(sorted(bad))}: {environment.home}")
    base = asterisk_dir(environment, node.name)
    own = [base / name for name in ("etc", "lib", "db", "keys", "spool", "run", "agi")]
    for folder in (*own, environment.log_dir, environment.recordings_dir, environment.prompts_dir):
        folder.mkdir(parents=True, exist_ok=True)
    music = base / "music" / "default" / "callbase.wav"
    if not music.exists():
        from callbase.platform.asterisk.music import write_music  # numpy takes longer to import than all the rest of a start

        write_music(music)
    tone = base / "sounds" / "tone.wav"
    if not tone.exists():
        from callbase.platform.asterisk.music import write_tone

        write_tone(tone)
    # what callers say alone is recorded by ARI, whose files' names begin here: their paths are those of all recordings
    recording = base / "spool" / "recording"
    if not recording.is_symlink():
        recording.symlink_to(environment.home, target_is_directory=True)
    write_library(futexes_library(environment, node.name))
    target = configuration_dir(environment, node.name)
    music_file(environment, node.name).touch(mode=0o600)  # the driver's, and good across a restart
    for name, text in _files(environment, runtime, installation, node).items():
        file = target / name
        file.touch(mode=0o600)
        file.write_text(text.lstrip("\n"))
    return target


def _files(environment: Environment, runtime: Runtime, installation: AsteriskInstallation, node: SwitchNode) -> dict[str, str]:
    base = asterisk_dir(environment, node.name)
    several = len(runtime.nodes) > 1
    wanted = (*MODULES, *BETWEEN_NODES) if several else MODULES
    position = _position(environment, runtime, node)
    heard, offered = (
        _HEARD.format(user=runtime.ari_user, variable=HEARD_VARIABLE, for_ms=for_ms) for for_ms in (HEARD_FOR_MS, OFFERED_FOR_MS)
    )
    modules = [module for module in wanted if (installation.modules_dir / f"{module}.so").exists()]
    return {
        "asterisk.conf": _asterisk(environment, base, installation, node.name),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {module}.so\n" for module in modules),
        "logger.conf": _LOGGER,
        "http.conf": _HTTP.format(host=node.ari_host, port=node.ari_port),
        "ari.conf": _ARI.format(
            user=runtime.ari_user,
            password=runtime.ari_password,
            variables=f"channelvars = {LEG_VARIABLE}\n" if several else "",
        ),
        "manager.conf": _MANAGER.format(
            host=node.ari_host,
            port=node.ami_port,
            user=runtime.ari_user,
            password=runtime.ari_password,
            disabled=",".join(DISABLED_EVENTS),
        ),
        "rtp.conf": _rtp(*environment.rtp_ports(position)),
        "pjsip.conf": _PJSIP.format(bind=environment.bind, port=environment.sip_ports[position], realm=REALM),
        "sorcery.conf": _SORCERY,
        "extensions.conf": _EXTENSIONS.format(
            context=CONTEXT,
            device=DEVICE_CONTEXT,
            echo=ECHO,
            application=APPLICATION,
            answered=ANSWERED_CONTEXT,
            ended=ENDED_CONTEXT,
            missed=MISSED_FAMILY,
            unheard=UNHEARD_FAMILY,
            names=_NAMES,
            ordinary=_ORDINARY,
            takes_any=TAKES_ANY_VARIABLE,
            nowhere=NOWHERE_CONTEXT,
            heard=heard,
            offered=offered,
            note=_NOTE.format(heard=heard, unheard=UNHEARD_FAMILY),
            gate=_GATE.format(family=DRAINED_FAMILY, key=DRAINED_KEY) if several else "",
        )
        + (_BETWEEN_NODES.format(context=NODE_CONTEXT, leg=LEG_VARIABLE, header=LEG_HEADER) if several else ""),
        "musiconhold.conf": _MUSIC.format(directory=base / "music" / "default", uploaded=music_file(environment, node.name)),
        "indications.conf": _INDICATIONS,
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "dnsmgr.conf": "[general]\nenable = no\n",
        "features.conf": "[general]\n",
        "ccss.conf": "[general]\n",
        "acl.conf": "",
        "udptl.conf": "[general]\n",
        "stasis.conf": "[declined_message_types]\n" + "".join(f"decline = {kind}\n" for kind in DECLINED_MESSAGES),
        "geolocation.conf": "",
        "pjproject.conf": "[startup]\ntype = startup\nlog_mappings = type\n",
        "pjsip_notify.conf": "",
        "websocket_client.conf": "",
    }


def _position(environment: Environment, runtime: Runtime, node: SwitchNode) -> int:
    """Among the nodes of this machine."""
    return [each.name for each in runtime.nodes].index(node.name) % environment.asterisk_nodes


def _asterisk(environment: Environment, base: Path, installation: AsteriskInstallation, node: str) -> str:
    return f"""
[directories]
astetcdir = {base}/etc
astmoddir = {installation.modules_dir}
astvarlibdir = {base}/lib
astdbdir = {base}/db
astkeydir = {base}
astdatadir = {installation.data_dir}
astagidir = {base}/agi
astspooldir = {base}/spool
astrundir = {base}/run
astlogdir = {environment.log_dir}
astsbindir = {base}/run

[options]
; leads the ids of inbound channels, so that they are unique across nodes
systemname = {node}
documentation_language = en_US
maxfiles = 65536
hideconnect = yes
live_dangerously = no
"""


def _rtp(first: int, last: int) -> str:
    # RTCP takes the odd port above each even RTP port
    lines = [
        "[general]",
        f"rtpstart = {first}",
        f"rtpend = {last}",
        "icesupport = yes",
        "",
        "[ice_host_candidates]",
    ]
    # a browser on this machine may reach us by loopback only (it never offers a way there by itself)
    lines += [f"{address} => 127.0.0.1,include_local_address" for address in own_addresses()]
    return "\n".join(lines) + "\n"


_LOGGER = """
[general]
dateformat = %F %T.%3q
queue_log = no
[logfiles]
console => notice,warning,error
"""

_HTTP = """
[general]
enabled = yes
bindaddr = {host}
bindport = {port}
servername = callbase
enablestatic = no
sessionlimit = 4000
session_keep_alive = 60000
"""

_ARI = """
[general]
enabled = yes
pretty = no
; a client that stalls longer than this is cut off; 100 ms is too little beside a busy machine
websocket_write_timeout = 10000
{variables}
[{user}]
type = user
password = {password}
password_format = plain
"""

_MANAGER = """
[general]
enabled = yes
webenabled = no
bindaddr = {host}
port = {port}
disabledevents = {disabled}

[{user}]
secret = {password}
read = system
write = system,call
writetimeout = 1000
"""

_PJSIP = """
[global]
type = global
user_agent = callbase
; a telephone that shares its address with a trunk is known by its name first, a trunk behind a proxy by the proxy's word
endpoint_identifier_order = username,header,ip
default_realm = {realm}
keep_alive_interval = 90
; "sip:4008001234;phone-context=+86@…" and "sip:13900001111;cpc=ordinary@…" are these numbers and no others
ignore_uri_user_options = yes

[system]
type = system
disable_tcp_switch = no

[udp]
type = transport
protocol = udp
bind = {bind}:{port}

[tcp]
type = transport
protocol = tcp
bind = {bind}:{port}

[ws]
type = transport
protocol = ws
bind = 127.0.0.1
websocket_write_timeout = 2000
"""

# Secrets are in memory alone. What else Asterisk was given it has again when it starts, so that a call which comes before any
# engine has found it is kept like one that comes while none is there.
_SORCERY = """
[res_pjsip]
auth = config,pjsip.conf,criteria=type=auth
auth = memory
aor/cache = memory_cache,full_backend_cache=yes
aor = astdb,callbase
endpoint/cache = memory_cache,full_backend_cache=yes
endpoint = astdb,callbase

[res_pjsip_endpoint_identifier_ip]
identify/cache = memory_cache,full_backend_cache=yes
identify = astdb,callbase

[res_pjsip_outbound_registration]
registration = config,pjsip.conf,criteria=type=registration
registration = memory
"""

_HEARD = "$[${{AMI_CLIENT({user},sessions)}} > 0 & ${{STRFTIME(,,%s%3q)}} - 0${{{variable}}} < {for_ms}]"
"""1 while somebody listens: is connected, and has said so a moment ago. 0 otherwise."""

_NOTE = "${{IF({heard}?HEARD:DB({unheard}/${{UNIQUEID}}))}}"
"""Where it is written down what happens to a leg: while somebody listens, a variable that nobody looks at."""

_NAMES = "${PJSIP_HEADERS(X-)},${PJSIP_HEADERS(User-to-User)},${PJSIP_HEADERS(Referred-By)}"
"""What is told of an INVITE's headers; ",," where it has none of them."""

_ORDINARY = '$["${URIENCODE(${CALLERID(num)})}" != "unknown" & "${NAMES}" = ",,"]'
"""Whether nothing of an INVITE's headers has to be looked up."""

# While no engine is connected, Stasis fails at once; one that is, and has not said for seconds that it listens, is cut off or
# stands still, and is offered nothing. The caller hears ringing for the three seconds an engine takes to come back;
# after that the call is answered and kept with music, and offered again every second. Who gives up meanwhile is written down, for
# the engine to state afterwards. A telephone that we called and that answered just then is kept too.
# A leg that ends while nobody listens is written down, with what ended it; one that we called as it is answered, too. The driver
# says four times a second that it listens; what is written down too much where it was late in saying so does no harm.
# A telephone's wish to transfer (REFER) is told to the engine, instead of Asterisk's taking the other party out of its bridge.
# A trunk that Asterisk has found again on its disk has, in place of no number of its own, one called "unknown", which it takes
# for each caller's: the true one is in From, as the user of a SIP URI or the number of a tel URI, either with parameters.
# Where a party that we called forwards to (302) is called by nobody: FORWARD_CONTEXT has no extensions.
# The X- headers of an INVITE come along, and what comes with one that a REFER led to (User-to-User, Referred-By), as name=value
# joined by &, the values URI-encoded.
# Each step is told to application and manager interface, whether anyone listens or not: so the way of an ordinary call is short.
_EXTENSIONS = """
[general]
static = yes
writeprotect = yes

[globals]
{takes_any} = 1
FORWARD_CONTEXT = {nowhere}

[{answered}]
exten => _for!,1,MSet(PJSIP_TRANSFER_HANDLING()=ari-only,ANSWERED=${{STRFTIME(,,%s%3q)}},{note}=${{STRFTIME(,,%s%3q)}}&&&)
 same => n(offer),Stasis({application})
 same => n,GotoIf($["${{STASISSTATUS}}" = "SUCCESS"]?over)
 same => n,Wait(0.5)
 same => n,Goto(offer)
 same => n(over),Hangup()

[{ended}]
exten => s,1,Return(${{SET({note}=${{ANSWERED}}&${{STRFTIME(,,%s%3q)}}&${{CHANNEL(state)}}&${{HANGUPCAUSE}})}})

[{device}]
include => {context}
exten => {echo},1,Answer()
 same => n,Echo()
 same => n,Hangup()

[{context}]
; ends with its own Hangup: a priority more would be the pattern's below, which would offer a call that is over
exten => h,1,GotoIf($[${{LEN(${{KEPT}})}} = 0 & {heard}]?over)
 same => n,GotoIf($[${{LEN(${{KEPT}})}} > 0]?missed)
 same => n,Set(DB({unheard}/${{UNIQUEID}})=&${{STRFTIME(,,%s%3q)}}&${{CHANNEL(state)}}&${{HANGUPCAUSE}})
 same => n,Goto(over)
 same => n(missed),Set(CALL=${{SINCE}}&${{STRFTIME(,,%s%3q)}}&${{URIENCODE(${{CHANNEL(name)}})}})
 same => n,Set(DB({missed}/${{UNIQUEID}})=${{CALL}}&${{URIENCODE(${{CALLERID(num)}})}}&${{URIENCODE(${{KEPT}})}})
 same => n(over),Hangup()
exten => _[!-~]!,1,MSet(PJSIP_TRANSFER_HANDLING()=ari-only,SINCE=${{STRFTIME(,,%s%3q)}},NAMES="{names}")
{gate} same => n(takes),GotoIf({ordinary}?${{IF({offered}?offer:keep)}})
 same => n,GotoIf($["${{URIENCODE(${{CALLERID(num)}})}}" != "unknown"]?header)
 same => n,Set(FROM=${{CHANNEL(pjsip,remote_uri)}})
 same => n,Set(USER=${{PJSIP_PARSE_URI_FROM(FROM,user)}})
 same => n,GotoIf($[${{LEN(${{USER}})}} > 0]?number)
 same => n,Set(SCHEME=${{SHIFT(FROM,:)}})
 same => n,GotoIf($["${{SCHEME:-3}}" != "tel"]?number)
 same => n,Set(USER=${{SHIFT(FROM,>)}})
 same => n(number),Set(CALLERID(num)=${{SHIFT(USER,\\;)}})
 same => n(header),GotoIf($[${{LEN(${{NAMES}})}} = 0]?whether)
 same => n,Set(NAME=${{SHIFT(NAMES)}})
 same => n,GotoIf($[${{LEN(${{NAME}})}} = 0]?header)
 same => n,Set(HEADERS=${{HEADERS}}&${{NAME}}=${{URIENCODE(${{PJSIP_HEADER(read,${{NAME}})}})}})
 same => n,Goto(header)
 same => n(whether),GotoIf({offered}?offer:keep)
 same => n(offer),Stasis({application},${{HEADERS}})
 same => n,GotoIf($["${{STASISSTATUS}}" = "SUCCESS"]?over)
 same => n(keep),Set(KEPT=${{EXTEN}})
 same => n,GotoIf($["${{CHANNEL(state)}}" = "Up"]?music)
 same => n,Set(TRIES=$[0${{TRIES}} + 1])
 same => n,GotoIf($[${{TRIES}} > 3]?answer)
 same => n,Ringing()
 same => n,Wait(1)
 same => n,Goto(again)
 same => n(answer),Answer()
 same => n(music),MusicOnHold(default,1)
 same => n(again),Set(KEPT=)
 same => n,Goto(whether)
 same => n(over),Hangup()
"""

# One of several nodes that is being drained: 503, upon which SIP tries the next (RFC 3263 §4.3).
_GATE = """ same => n,GotoIf($["${{DB({family}/{key})}}" = ""]?takes)
 same => n,Hangup(42)
"""

# An agent's telephone that is registered here is called for another node: what that node's INVITE says goes on to the telephone,
# and what the telephone says goes back, why it did not answer included. Without a registration there is no route to it (Q.850 3),
# which would count as a number that does not exist.
_BETWEEN_NODES = """
[{context}]
exten => _[!-~]!,1,Set(_{leg}=${{PJSIP_HEADER(read,{header})}})
 same => n,Set(_CALL_INFO=${{PJSIP_HEADER(read,Call-Info)}})
 same => n,Set(NAMES=${{PJSIP_HEADERS(X-)}})
 same => n(header),GotoIf($[${{LEN(${{NAMES}})}} = 0]?dial)
 same => n,Set(NAME=${{SHIFT(NAMES)}})
 same => n,Set(_HEADERS=${{HEADERS}}${{NAME}}=${{URIENCODE(${{PJSIP_HEADER(read,${{NAME}})}})}}&)
 same => n,Goto(header)
 same => n(dial),Dial(PJSIP/${{EXTEN}},,b({context}-called^s^1)Ii)
 same => n,Hangup(${{IF($[0${{HANGUPCAUSE}} = 3]?27:${{HANGUPCAUSE}})}})

[{context}-called]
exten => s,1,Set(PJSIP_TRANSFER_HANDLING()=ari-only)
 same => n,GotoIf($[${{LEN(${{CALL_INFO}})}} = 0]?header)
 same => n,Set(PJSIP_HEADER(add,Call-Info)=${{CALL_INFO}})
 same => n(header),GotoIf($[${{LEN(${{HEADERS}})}} = 0]?done)
 same => n,Set(VALUE=${{SHIFT(HEADERS,&)}})
 same => n,Set(NAME=${{SHIFT(VALUE,=)}})
 same => n,Set(PJSIP_HEADER(add,${{NAME}})=${{URIDECODE(${{VALUE}})}})
 same => n,Goto(header)
 same => n(done),Return()
"""

_MUSIC = """
[general]
cachertclasses = no

[default]
mode = files
directory = {directory}

#include "{uploaded}"
"""

_INDICATIONS = """
[general]
country = cn

[cn]
description = China
ringcadence = 1000,4000
dial = 450
busy = 450/350,0/350
ring = 450/1000,0/4000
congestion = 450/700,0/700
callwaiting = 450/400,0/4000
dialrecall = 450
record = 950/400,0/10000
info = 450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400
stutter = 450+425
"""
