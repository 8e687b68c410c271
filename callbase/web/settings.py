"""Django's settings, derived from the installation's environment and `runtime.json`; nothing here reads a variable itself.

Without a runtime.json (tests, a first `migrate`) CALLBASE_DATABASE_URL must be set; the secret key is then drawn afresh.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from callbase.platform.environment import ROOT, read_environment
from callbase.platform.runtime import NotRunning, Runtime, read_runtime
from callbase.platform.servers import IF_WE_DIE, WHO_DIES

ENVIRONMENT = read_environment()
RUNTIME: Runtime | None
try:
    RUNTIME = read_runtime(ENVIRONMENT.home)
except NotRunning:
    if ENVIRONMENT.database_url is None:
        raise
    RUNTIME = None


def database_settings(url: str) -> dict[str, Any]:
    """Django's form of a postgresql:// URL; what Django has no name for goes to psycopg as it is."""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    named = {
        name: str(parts.pop(part, ""))
        for name, part in {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}.items()
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_HEALTH_CHECKS": True,  # of those in the pool, some may be of a server that was restarted
        "OPTIONS": {
            "connect_timeout": 3,
            **WHO_DIES,
            **parts,
            "options": f"{IF_WE_DIE} {parts.get('options', '')}",
            # who waits for a connection does not wait out the pause after another one's attempt
            "pool": {"min_size": 1, "max_size": 10, "reconnect_timeout": 3.0},
        },
    }


SECRET_KEY = RUNTIME.secret_key if RUNTIME else secrets.token_urlsafe(48)
DATABASES = {"default": database_settings(ENVIRONMENT.database_url or (RUNTIME.database_url if RUNTIME else ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEBUG = False
# No link is ever built from the Host header, and cookies are bound to the name the browser used.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "callbase.web.urls"
ASGI_APPLICATION = "callbase.web.asgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False  # texts for people come from callbase.web.messages
APPEND_SLASH = False
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # logins are unique within their tenant, and our backend knows
    "axes.W002",  # AxesMiddleware only writes a lock-out page; the API answers for itself
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "procrastinate.contrib.django",
    "callbase.apps.audit",
    "callbase.apps.alarms",
    "callbase.apps.organization",
    "callbase.apps.skills",
    "callbase.apps.calendars",
    "callbase.apps.callers",
    "callbase.apps.boards",
    "callbase.apps.queues",
    "callbase.apps.trunks",
    "callbase.apps.flows",
    "callbase.apps.customers",
    "callbase.apps.interactions",
    "callbase.apps.recordings",
    "callbase.apps.voicemail",
    "callbase.apps.reports",
    "callbase.apps.simulations",
    "callbase.apps.integration",
    "callbase.apps.configuration",
    "callbase.apps.demo",
]
MIDDLEWARE = [
    "callbase.web.headers.SecurityHeaders",
    "callbase.web.secure_cookies.SecureCookies",
    "django.middleware.security.SecurityMiddleware",
    "callbase.web.console.ConsoleFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ninja.compatibility.files.fix_request_files_middleware",  # Django itself reads forms of POST only
    "callbase.web.tenant_wall.TenantWall",
    "callbase.web.api.MethodsInWords",
]

# --- people and sessions -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organization.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "callbase.apps.organization.sign_in.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 6  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # not the name alone: nobody can lock out somebody else
AXES_USERNAME_FORM_FIELD = "username"  # as sign_in names it: "tenant/login"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in our own audit trail
AXES_SENSITIVE_PARAMETERS = ["password"]

# Cookies know no ports: of two installations on one machine each has its name, and all web processes of one have the same.
SESSION_COOKIE_NAME = f"callbase_session_{hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:8]}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"

# --- what a request may bring --------------------------------------------------------------------------------------

JSON_BODY_LIMIT = 1024 * 1024
UPLOAD_BODY_LIMIT = 10 * 1024 * 1024 + 64 * 1024  # a 10 MiB file and the form around it
DATA_UPLOAD_MAX_MEMORY_SIZE = JSON_BODY_LIMIT

# --- the console ---------------------------------------------------------------------------------------------------

CONSOLE_DIR = ROOT / "frontend" / "dist"
WHITENOISE_ROOT = CONSOLE_DIR if CONSOLE_DIR.is_dir() else None
WHITENOISE_USE_FINDERS = False
STATIC_URL = "/static/"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
