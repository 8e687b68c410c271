"""The `callbase` command. Each subcommand imports what it needs only when it is called, so that none pays for another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from callbase.platform.environment import SettingInvalid, read_environment
from callbase.platform.runtime import DatabaseUnreachable, NotRunning, read_runtime

Subcommand = Callable[[argparse.Namespace], int]


def _up(arguments: argparse.Namespace) -> int:
    from callbase.platform.up import up

    return up(read_environment(), demo=not arguments.no_demo)


def _engine(arguments: argparse.Namespace) -> int:
    from callbase.engine.main import run
    from callbase.platform.logs import configure_logging

    environment = read_environment()
    runtime = read_runtime(environment.home)
    if not 0 < arguments.number <= len(runtime.links()):
        sys.stderr.write(f"callbase: there is no engine {arguments.number}; this installation has {len(runtime.links())}\n")
        return 2
    configure_logging("engine" if arguments.number == 1 else f"engine-{arguments.number}")
    run(environment, runtime, arguments.number)
    return 0


def _engine_switch(arguments: argparse.Namespace) -> int:
    import asyncio

    from callbase.engine.lease import NobodyStandsBy, switch_over

    try:
        taken_s = asyncio.run(switch_over(_reach_database()))
    except NobodyStandsBy as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    sys.stdout.write(f"The standby leads, after {taken_s:.1f} s.\n")
    return 0


def _journal_aside(arguments: argparse.Namespace) -> int:
    from callbase.engine.aside import EngineRuns, set_journals_aside
    from callbase.platform.lock import AlreadyRunning, HomeLock

    environment = read_environment()
    try:
        with HomeLock(environment.home):
            aside = set_journals_aside(environment.run_dir)
    except (AlreadyRunning, EngineRuns) as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    for folder in aside:
        _say(f"set aside: {folder}")
    _say("what came after the moment the database is at is not written again from this machine")
    return 0


def _machine(arguments: argparse.Namespace) -> int:
    from callbase.platform.lock import AlreadyRunning, HomeLock
    from callbase.platform.machines import CannotChange, machines, seen_from, with_machine, without_machine
    from callbase.platform.ports import CannotListen
    from callbase.platform.prepare import prepare_folders, prepare_runtime
    from callbase.platform.runtime import runtime_file, write_runtime, write_runtime_file

    environment = read_environment()
    address = arguments.address
    try:
        prepare_folders(environment)
        with HomeLock(environment.home):
            runtime = prepare_runtime(environment)
            changed = without_machine(runtime, address) if arguments.remove else with_machine(environment, runtime, address)
            files = {machine: environment.run_dir / f"runtime-{machine}.json" for machine in machines(changed)[1:]}
            for machine, file in files.items():
                write_runtime_file(file, seen_from(changed, machine))
            write_runtime(environment.home, changed)
    except (AlreadyRunning, CannotChange, CannotListen) as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    for machine, file in files.items():
        sys.stdout.write(f"On {machine}, while callbase is stopped there, {file} must become {runtime_file(environment.home)}.\n")
    if arguments.remove:
        (environment.run_dir / f"runtime-{address}.json").unlink(missing_ok=True)
        sys.stdout.write(
            f"{address} is no machine of this installation any more: callbase must not start there again with its file.\n"
        )
    sys.stdout.write("Then start callbase here and there (docs/operations.md, Two machines).\n")
    return 0


def _node_drain(arguments: argparse.Namespace) -> int:
    import asyncio

    from callbase.switch.asterisk.ami import ManagerError
    from callbase.switch.asterisk.draining import set_drained

    runtime = read_runtime(read_environment().home)
    node = next((node for node in runtime.nodes if node.name == arguments.node), None)
    if node is None or len(runtime.nodes) == 1:
        names = ", ".join(node.name for node in runtime.nodes)
        why = f"there is no node {arguments.node}; there are {names}" if node is None else f"{node.name} is the only node"
        sys.stderr.write(f"callbase: {why}\n")
        return 2
    try:
        asyncio.run(set_drained(runtime, node, not arguments.back))
    except ManagerError as problem:
        sys.stderr.write(f"callbase: node {node.name}: {problem}\n")
        return 1
    if arguments.back:
        _say(f"Node {node.name} takes calls again.")
    else:
        _say(f"Node {node.name} takes no new calls; `callbase doctor` says how many are left there.")
    return 0


def _kamailio_config(arguments: argparse.Namespace) -> int:
    from callbase.engine.configuration import read_published
    from callbase.switch.asterisk.kamailio import TrunkUnknown, render
    from callbase.switch.asterisk.proxy import SipProxy

    environment = read_environment()
    runtime = read_runtime(environment.home)
    if environment.sip_proxy is None:
        raise SettingInvalid("CALLBASE_SIP_PROXY must say at which address and port Kamailio is to listen")
    proxy = SipProxy(*environment.sip_proxy, runtime.secret_key)
    folder = arguments.folder.resolve()
    try:
        files = render(folder, proxy, runtime.nodes, read_published(_reach_database()))
        for name, text in files.items():
            file = folder / name
            file.touch(mode=0o640)
            file.write_text(text)
    except (TrunkUnknown, OSError) as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    _say(f"{', '.join(files)} are in {folder}")
    return 0


def _web(arguments: argparse.Namespace) -> int:
    from callbase.platform.logs import configure_logging
    from callbase.platform.webserver import serve

    configure_logging("web")
    serve(read_environment())
    return 0


def _csta(arguments: argparse.Namespace) -> int:
    from callbase.csta.main import run
    from callbase.platform.logs import configure_logging

    configure_logging("csta")
    run(read_environment())
    return 0


def _worker(arguments: argparse.Namespace) -> int:
    from callbase.platform.logs import configure_logging
    from callbase.web.worker import run

    configure_logging("worker")
    run()
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from callbase.platform.doctor import doctor

    return doctor(read_environment(), as_json=arguments.json)


def _manage(arguments: argparse.Namespace) -> int:
    import os

    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
    execute_from_command_line(["callbase manage", *arguments.rest])
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    _reach_database()
    _set_up_django()
    from django.core.management import CommandError, call_command

    from callbase.apps.configuration.actions import do_publish_anew
    from callbase.web.errors import Conflict

    try:
        call_command("migrate", interactive=False)
    except CommandError as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    try:
        do_publish_anew()
    except Conflict as problem:
        sys.stderr.write(f"callbase: the configuration published before stays in force: {problem.data['reason']}\n")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    _reach_database()
    _set_up_django()
    from django.core.management import call_command

    call_command("install_demo", password=arguments.password or read_environment().demo_password)
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from callbase.platform.backup import BackupFailed, Repository, make_backup

    environment = read_environment()
    try:
        if arguments.list:
            for backup in Repository.of(environment).backups():
                _say(backup.id)
        elif arguments.check:
            Repository.of(environment).check()
            _say("every byte was read back and is as it was written")
        else:
            made = make_backup(environment, _say)
            _say(f"backup {made.id} is whole; the repository grew by {made.added_bytes / 1e6:,.1f} MB")
    except BackupFailed as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from callbase.platform.backup import BackupFailed, restore
    from callbase.platform.postgres import PostgresFailed

    environment = read_environment()
    try:
        restored = restore(environment, arguments.id, _say)
    except (BackupFailed, PostgresFailed) as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    _say(f"{environment.home} is as it was in backup {restored.id}; `callbase up` starts it")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _replay(arguments: argparse.Namespace) -> int:
    import asyncio

    from callbase.engine.replay import NothingToReplay, replay
    from callbase.engine.story import NoSuchInteraction, tell
    from callbase.platform.logs import configure_logging

    async def story() -> None:
        async for line in tell(_reach_database(), arguments.interaction):
            sys.stdout.write(f"{line}\n")

    configure_logging("replay")
    try:
        if arguments.interaction is not None:
            asyncio.run(story())
            return 0
        result = asyncio.run(replay(_reach_database(), since_ms=arguments.since, until_ms=arguments.until))
    except (NothingToReplay, NoSuchInteraction) as error:
        sys.stderr.write(f"callbase: {error}\n")
        return 2
    sys.stdout.write(f"{result}\n")
    if result.differences:
        return 1
    return 0 if result.compared else 3


def _moment_ms(text: str) -> int:
    from datetime import datetime

    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment such as 2026-01-31T09:00 or 2026-01-31T09:00+08:00") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no interaction's id") from None


def _simulate(arguments: argparse.Namespace) -> int:
    _set_up_django()
    from callbase.apps.simulations.actions import run

    run(arguments.simulation)
    return 0


def _openapi(arguments: argparse.Namespace) -> int:
    _set_up_django()
    from callbase.web.api import openapi_json

    sys.stdout.write(openapi_json())
    return 0


def _reach_database() -> str:
    """Its URL. Raises DatabaseUnreachable: by itself Django would be half a minute about it, and say it in a traceback."""
    from callbase.platform.postgres import check_reachable

    environment = read_environment()
    url = environment.database_url or read_runtime(environment.home).database_url
    check_reachable(url, embedded=environment.database_url is None)
    return url


def _set_up_django() -> None:
    import os

    import django

    from callbase.platform.logs import configure_logging

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
    django.setup()
    configure_logging("command")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="callbase", description="An open contact-centre platform.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Subcommand, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(run=run)
        return command

    up = add("up", _up, "prepare and start everything on this machine, and supervise it")
    up.add_argument("--no-demo", action="store_true", help="do not make the demo centre")
    engine = add("engine", _engine, "run an engine: the call control; one leads, others stand by")
    engine.add_argument("--number", type=int, default=1, help="which of the installation's engines it is; default 1")
    add("engine-switch", _engine_switch, "have the engine that stands by lead, and the one that leads stand by")
    add("journal-aside", _journal_aside, "after the database went back to an earlier moment: write nothing later there again")
    machine = add(
        "machine", _machine, "add another machine to this installation, which is stopped: engines and switch nodes there"
    )
    machine.add_argument("address", help="by which this one reaches it, such as 10.0.0.2")
    machine.add_argument("--remove", action="store_true", help="take it out again")
    drain = add("node-drain", _node_drain, "have one of several switch nodes take no new calls, for maintenance")
    drain.add_argument("node", help="its name: a, b, …")
    drain.add_argument("--back", action="store_true", help="have it take calls again")
    kamailio = add("kamailio-config", _kamailio_config, "write the configuration of a Kamailio before several switch nodes")
    kamailio.add_argument("folder", type=Path, help="where Kamailio finds it, such as /etc/kamailio")
    add("web", _web, "run the web process: API, console, gateway")
    add("worker", _worker, "run the worker: background and periodic jobs")
    add("csta", _csta, "offer CSTA to other makers' programs, on CALLBASE_CSTA_PORT")
    add("migrate", _migrate, "bring the database's tables up to date")
    demo = add("demo", _demo, "make the demo centre, or bring it up to date")
    demo.add_argument("--password", help="of all its people and telephones; default CALLBASE_DEMO_PASSWORD")
    doctor = add("doctor", _doctor, "find and explain what is wrong with this installation")
    doctor.add_argument("--json", action="store_true", help="one JSON object per finding")
    backup = add("backup", _backup, "back up database, recordings, prompts and secrets to CALLBASE_BACKUP_TO")
    backup.add_argument("--list", action="store_true", help="say which backups there are, the oldest first")
    backup.add_argument("--check", action="store_true", help="read every byte of all backups back")
    restored = add("restore", _restore, "bring a backup back into an empty CALLBASE_HOME")
    restored.add_argument("id", nargs="?", help="which, as `callbase backup --list` says; default the newest")
    replay = add("replay", _replay, "replay the journal, and say whether that gives the live engine's state and facts")
    replay.epilog = (
        "Exits with 0 where all is equal, with 1 where something differs, with 2 where there is nothing to replay or the database"
        " cannot be reached, and with 3 where the facts are equal and there was no snapshot to compare the state with."
    )
    replay.add_argument("--from", dest="since", type=_moment_ms, metavar="MOMENT", help="ISO 8601; this machine's time zone")
    replay.add_argument("--to", dest="until", type=_moment_ms, metavar="MOMENT")
    replay.add_argument("--interaction", type=_uuid, metavar="ID", help="tell what happened to one call instead, step by step")
    simulate = add("simulate", _simulate, "play a simulation that was asked for at the console")
    simulate.add_argument("simulation", help="its id")
    add("openapi", _openapi, "print the API's OpenAPI document")
    manage = add("manage", _manage, "run a Django management command")
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENT")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = _parser().parse_args(arguments)
    run: Subcommand = parsed.run
    try:
        return run(parsed)
    except (SettingInvalid, NotRunning, DatabaseUnreachable) as error:
        sys.stderr.write(f"callbase: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
