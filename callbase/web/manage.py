"""Django's own commands: `python -m callbase.web.manage migrate`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main(arguments: list[str] | None = None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
    execute_from_command_line(arguments if arguments is not None else sys.argv)


if __name__ == "__main__":
    main()
