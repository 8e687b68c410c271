"""The peer: Asterisk's own app_queue, from the same tree, with one endpoint per agent, in its documented quick configuration.

What is known to slow it down without need is avoided: members are PJSIP endpoints with a device state of their own (no
"Invalid" members), callers are served in parallel (`autofill`), no announcements, no wrap-up, no logs beyond warnings.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cpu import used_ms
from benchmarks.ports import free_sip_port
from benchmarks.sip.agents import Account
from benchmarks.sip.transport import Address
from benchmarks.systems import Group
from callbase.platform.asterisk import AsteriskInstallation, futexes
from callbase.platform.asterisk.modules import MODULES
from callbase.platform.asterisk.music import write_music
from callbase.platform.asterisk.unheard import DECLINED_MESSAGES
from callbase.platform.dependent import dependent

_NOT_NEEDED = (
    "res_ari",
    "res_stasis",
    "app_stasis",
    "res_http",
    "res_websocket",
    "res_pjsip_transport_websocket",
    "chan_bridge_media",
)
_MODULES = (*(module for module in MODULES if not module.startswith(_NOT_NEEDED)), "bridge_native_rtp", "app_queue")
"""What callbase loads less what it needs for being commanded, so that neither carries more than the other."""

_DECLINED = tuple(kind for kind in DECLINED_MESSAGES if kind != "ast_device_state_message_type")
"""The same of callbase's; app_queue goes by device states."""

_PJSIP = """\
[global]
type=global
endpoint_identifier_order=username,ip
[system]
type=system
threadpool_max_size=50
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[trunk]
type=endpoint
context=in
disallow=all
allow=alaw,ulaw
direct_media=no
[trunk]
type=identify
endpoint=trunk
match=127.0.0.1
[agent](!)
type=endpoint
context=in
disallow=all
allow=alaw,ulaw
direct_media=no
device_state_busy_at=1
[login](!)
type=auth
auth_type=userpass
[place](!)
type=aor
max_contacts=1
remove_existing=yes
"""

_AGENT = """\
[{user}](agent)
auth={user}
aors={user}
[{user}](login)
username={user}
password={password}
[{user}](place)
"""

_QUEUE = """\
[general]
persistentmembers=no
autofill=yes
[group](!)
musicclass=default
strategy=leastrecent
timeout=20
retry=0
wrapuptime=0
ringinuse=no
autofill=yes
announce-frequency=0
announce-holdtime=no
announce-position=no
"""

_RECORD = "monitor-format=wav\n"
"""Into one file, both sides mixed, from when a member answers."""

_EXTENSION = """\
exten => {group.number},1,Answer()
 same => n,Queue({group.id})
 same => n,Hangup()
"""


@dataclass(slots=True)
class AppQueue:
    """Everything it writes goes to `folder`."""

    accounts: list[Account]
    groups: tuple[Group, ...]
    folder: Path
    installation: AsteriskInstallation
    records: bool = False
    """Each talk, as callbase does."""
    sip: Address = field(default_factory=lambda: ("127.0.0.1", free_sip_port()))
    _process: asyncio.subprocess.Process | None = None

    @property
    def name(self) -> str:
        return "app_queue, recording" if self.records else "app_queue"

    async def start(self) -> None:
        """Raises TimeoutError where Asterisk does not answer within half a minute; its log is in the folder."""
        self._write_configuration()
        log = (self.folder / "asterisk.log").open("wb")
        self._process = await asyncio.create_subprocess_exec(
            *dependent([*self.installation.program, "-C", str(self.folder / "asterisk.conf"), "-f"]),
            env=os.environ | futexes.environment(self.folder / "futexes.so"),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        async with asyncio.timeout(30):
            while "fully booted" not in await self._cli("core waitfullybooted"):
                await asyncio.sleep(0.2)

    async def _cli(self, command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *self.installation.program, "-C", str(self.folder / "asterisk.conf"), "-rx", command,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        return output.decode(errors="replace")

    async def make_ready(self) -> None:
        """Members are static; a registered telephone makes them available."""

    def cpu_ms(self) -> dict[str, float]:
        assert self._process
        return {"asterisk": sum(used_ms([self._process.pid]).values())}

    async def stop(self) -> None:
        if self._process and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), 10)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()

    def _modules(self) -> list[str]:
        return [module for module in _MODULES if (self.installation.modules_dir / f"{module}.so").exists()]

    def _write_configuration(self) -> None:
        for name in ("etc", "var", "spool/monitor", "run", "log", "var/keys"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        places = {
            "astetcdir": self.folder / "etc", "astvarlibdir": self.folder / "var", "astdbdir": self.folder / "var",
            "astkeydir": self.folder / "var", "astspooldir": self.folder / "spool", "astrundir": self.folder / "run",
            "astlogdir": self.folder / "log", "astagidir": self.folder / "var",
            "astmoddir": self.installation.modules_dir, "astdatadir": self.installation.data_dir,
        }  # fmt: skip
        lines = ["[directories]", *(f"{key} = {path}" for key, path in places.items()), "[options]", "maxfiles = 65536"]
        (self.folder / "asterisk.conf").write_text("\n".join(lines) + "\n")
        write_music(self.folder / "music" / "callbase.wav")
        futexes.write_library(self.folder / "futexes.so")
        agents = "".join(_AGENT.format(user=account.user, password=account.password) for account in self.accounts)
        queue = _QUEUE + (_RECORD if self.records else "")
        queues = "".join(f"[{group.id}](group)\n" + "".join(map(_member, group.members)) for group in self.groups)
        for name, text in {
            "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load={module}.so\n" for module in self._modules()),
            "pjsip.conf": _PJSIP.format(port=self.sip[1]) + agents,
            "queues.conf": queue + queues,
            "extensions.conf": "[in]\n" + "".join(_EXTENSION.format(group=group) for group in self.groups),
            "logger.conf": "[logfiles]\nconsole => warning,error\n",
            "rtp.conf": "[general]\nrtpstart=20000\nrtpend=29999\n",
            "musiconhold.conf": f"[default]\nmode=files\ndirectory={self.folder}/music\n",
            "cdr.conf": "[general]\nenable=no\n",
            "cel.conf": "[general]\nenable=no\n",
            "stasis.conf": "[declined_message_types]\n" + "".join(f"decline={kind}\n" for kind in _DECLINED),
            **dict.fromkeys(
                (
                    "acl.conf",
                    "ccss.conf",
                    "features.conf",
                    "geolocation.conf",
                    "indications.conf",
                    "pjproject.conf",
                    "pjsip_notify.conf",
                    "udptl.conf",
                ),
                "",
            ),
        }.items():
            (self.folder / "etc" / name).write_text(text)


def _member(user: str) -> str:
    return f"member => PJSIP/{user},0,{user},PJSIP/{user}\n"
