"""Every Django app keeps the shape that lets a stranger find their way; and the check itself finds what does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from callbase.platform.environment import ROOT
from tools.check_app_shape import faults


def test_every_app_is_in_shape() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "check_app_shape.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "every app is in shape\n")


def test_what_is_out_of_shape_is_found(tmp_path: Path) -> None:
    app = tmp_path / "pets"
    app.mkdir()
    (app / "api.py").write_text("def feed(request):\n    return Pet.objects.create(name='Rex')\n")
    (app / "queries.py").write_text("")
    (app / "actions.py").write_text("def do_feed(access):\n    Pet(name='Rex').save()\n")
    told = "\n".join(faults(app))
    for part in ("no schemas.py", "no access.py", "api.py:2: writes", "api.py:2: reads", "not one transaction", "no audit row"):
        assert part in told
