"""Django's settings for tests and for the type checker: the real ones, importable before any database exists.

The database is put in place by the fixture `django_db_modify_db_settings` (conftest.py) when the first test asks for it.
"""

import os

os.environ.setdefault("CALLBASE_DATABASE_URL", "postgresql://callbase@127.0.0.1:1/callbase")

from callbase.web.settings import *  # noqa: F403
