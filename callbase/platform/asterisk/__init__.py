"""The voice switch of an installation: finding or making an Asterisk, configuring it, starting it, knowing when it is ready.

The supervisor's view of it:

    installation = find_or_make_tree(cache_dir(), progress)      # once, at install and at start
    configure(environment, runtime, installation)                # before each start
    subprocess: command(environment, installation)               # runs in the foreground; SIGTERM ends it
                surroundings(environment)                        # added to what it has in its environment
    runs_still(environment)                                      # one that a killed supervisor has left, to be taken over
    ready(runtime)                                               # True once it takes commands
"""

from callbase.platform.asterisk.configuration import configure
from callbase.platform.asterisk.folders import process_name
from callbase.platform.asterisk.process import command, known_by, ready, runs_still, surroundings
from callbase.platform.asterisk.tree import AsteriskInstallation, AsteriskUnavailable, cache_dir, find_or_make_tree

__all__ = [
    "AsteriskInstallation",
    "AsteriskUnavailable",
    "cache_dir",
    "command",
    "configure",
    "find_or_make_tree",
    "known_by",
    "process_name",
    "ready",
    "runs_still",
    "surroundings",
]
