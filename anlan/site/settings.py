"""Django's settings, derived from the deployment's Config; docs/guide/operate.md lists what may be set."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from anlan.site.cluster import home, socket_folder
from anlan.site.config import ROOT, Config, database_from_url, mail_from_url

try:
    CONFIG = Config.from_environment()
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
if _problems := CONFIG.problems():
    raise ImproperlyConfigured("Anlan will not start:\n- " + "\n- ".join(_problems))

DEBUG = CONFIG.debug
SECRET_KEY = CONFIG.secret_key
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
ROOT_URLCONF = "anlan.site.urls"
ASGI_APPLICATION = "anlan.site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def apps_by_folder() -> list[str]:
    """Return the domain's apps: every folder of anlan/apps that has models."""
    return [f"anlan.apps.{folder.parent.name}" for folder in sorted((ROOT / "anlan" / "apps").glob("*/__init__.py"))]


DOMAIN_APPS = apps_by_folder()
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "anlan.kit.ui.flash.FlashConfig",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "anlan.kit",
    "anlan.kit.ui",
    *DOMAIN_APPS,
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "procrastinate.contrib.django",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "anlan.site.packed.PackedMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anlan.apps.people.gate.IdleMiddleware",
    "anlan.kit.web.ScopeMiddleware",
    "anlan.kit.throttle.ThrottleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "anlan.apps.people.gate.GateMiddleware",
    "anlan.kit.web.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anlan.kit.ui.context_processors.page",
                "anlan.kit.desk.menu.menu",
            ]
        },
    }
]

# ── Databases: two worlds, one engine ──────────────────────────────────────────────────────────────────────────────
#: Seconds (milliseconds in the last) until a database that does not answer counts as lost.
WAITS = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
#: What the web lets a statement, a lock and a forgotten transaction last.
TIMED = {"options": "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"}
ROLE = "anlan_owner" if CONFIG.as_owner else "anlan_app"


def database(name: str, url: str) -> dict[str, Any]:
    """Describe one world's database: the embedded cluster's, or the one an address names."""
    embedded = {"NAME": name, "USER": ROLE, "HOST": str(socket_folder(home(CONFIG.var)))}
    chosen = database_from_url(url) if url else embedded
    options: dict[str, Any] = {**WAITS, **(TIMED if os.environ.get("ANLAN_TIMED") == "1" else {})}
    if os.environ.get("ANLAN_POOL") != "0":
        # After a long absence a new connection is tried at once, not after the pause to which the pool's tries had grown.
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 2.5, "reconnect_timeout": 4}
    return {"ENGINE": "anlan.kit.postgis", "OPTIONS": options, "CONN_HEALTH_CHECKS": True, **chosen}


URLS = (
    (CONFIG.owner_database_url, CONFIG.owner_exercise_database_url)
    if CONFIG.as_owner
    else (CONFIG.database_url, CONFIG.exercise_database_url)
)
DATABASES = {
    "default": database(os.environ.get("ANLAN_LIVE_NAME", "anlan_live"), URLS[0]),
    "exercise": database(os.environ.get("ANLAN_EXERCISE_NAME", "anlan_exercise"), URLS[1]),
}
DATABASE_ROUTERS = ["anlan.kit.worlds.WorldRouter"]

# ── Identity and safety ────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.Account"
ANLAN_SCOPE_FOR = "anlan.apps.people.api.scope_for"
ANLAN_NARROWED = "anlan.apps.people.api.narrowed"
#: What somebody may do now by user name, for what runs in the background.
ANLAN_SCOPE_OF = "anlan.apps.people.api.scope_of"
ANLAN_DEMO = not CONFIG.production
#: How long a request waits for its second person, how long whoever issued or reset an account is not independent of it, and how
#: long a new account's link or slip is good.
ANLAN_CONFIRM_HOURS, ANLAN_INDEPENDENT_DAYS = CONFIG.confirm_hours, CONFIG.independent_days
ANLAN_INVITATION_HOURS = CONFIG.invitation_hours
ANLAN_JOURNAL_HASH = CONFIG.journal_hash
ANLAN_JOURNAL_KEY, ANLAN_JOURNAL_HEADS = CONFIG.journal_key, CONFIG.journal_heads
ANLAN_SMPP = CONFIG.smpp
ANLAN_SIP = CONFIG.sip
#: The broker of devices: `MQTT_URL`, or the private one that `anlan up` starts and names to its processes.
ANLAN_MQTT = CONFIG.mqtt
#: Where CAP is published for systems that speak NATS.
ANLAN_NATS = CONFIG.nats
ANLAN_WEBHOOK_PRIVATE = CONFIG.webhook_private
ANLAN_WEBHOOK_KEY = CONFIG.webhook_key
#: The key by which push services know who sends; without it no browser is told.
ANLAN_VAPID_KEY = CONFIG.vapid_key
#: Where the public and those who are called reach this site.
ANLAN_PUBLIC_URL = CONFIG.public_url
#: PEM files of the key that signs CAP messages and its certificate; without them messages are published unsigned.
ANLAN_CAP_KEY, ANLAN_CAP_CERTIFICATE = CONFIG.cap_key, CONFIG.cap_certificate
#: A folder of PEM files: certificates that are believed beside it, our earlier ones and those of other senders.
ANLAN_CAP_TRUSTED = CONFIG.cap_trusted
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "anlan.apps.people.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "anlan.apps.people.passwords.PatternValidator"},
]
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:sign_in"
#: Pages that the frame of every page leads to.
ANLAN_PAGES = {
    "account": "people:me",
    "sign_in": "people:sign_in",
    "sign_out": "people:sign_out",
    "public": "warning:public",
    "articles": "law:read",
    "ground": "places:ground",
    "divisions": "places:find",
    "help": "console:help",
}
AXES_HANDLER = "anlan.apps.people.lockout.LockOutHandler"
AXES_LOCKOUT_CALLABLE = "anlan.apps.people.lockout.locked_page"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.production
SESSION_COOKIE_HTTPONLY = True
#: With this prefix a browser takes the cookie by https only, for this host and all of its paths: no neighbour can plant one.
_HOST = "__Host-" if CONFIG.production else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, ANLAN_DEVICE_COOKIE = (_HOST + name for name in ("sessionid", "csrftoken", "anlan_device"))
#: So many places may be signed in by one account; and after so many minutes without anybody at it, one is signed out (0: never),
#: the wall of the hall only where the city does not except it.
ANLAN_SESSIONS, ANLAN_IDLE_MINUTES, ANLAN_IDLE_WALLBOARD = CONFIG.sessions, CONFIG.idle_minutes, CONFIG.idle_wallboard
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.production else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.behind_proxy else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *CONFIG.tile_hosts],
        "media-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *CONFIG.tile_hosts],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ── Language, time, files ──────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
#: Each app carries its own words in `locale/`, as the kit does; these three are no Django apps.
LOCALE_PATHS = [ROOT / "anlan" / part / "locale" for part in ("lib", "plugins", "site")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
#: A filter that is not used.
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.var / "static"
MEDIA_ROOT = CONFIG.var / "files"
#: Public pages as they stood a moment ago, for the hour in which the database is away.
ANLAN_COPIES = CONFIG.var / "copies"
ANLAN_VIRUS_SCAN = os.environ.get("ANLAN_VIRUS_SCAN", "")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300
FORMAT_MODULE_PATH = ["anlan.kit.ui.formats"]

# ── API, tables, mail ──────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["anlan.kit.web.MiddlewareAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["anlan.kit.web.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "anlan.site.schema.Documented",
    "EXCEPTION_HANDLER": "anlan.kit.desk.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
#: How many requests of a kind are heard in a minute: from one person (by session or token), and from one address, where a whole
#: bureau may sit. Readings have none: what a sender delivers in a flood must not wait.
ANLAN_THROTTLES = {
    "sign_in": {"person": 30, "address": 60},
    "search": {"person": 60, "address": 600},
    "export": {"person": 20, "address": 100},
    "upload": {"person": 30, "address": 200},
    "api": {"person": 600, "address": 3000},
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=180), "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Anlan 安澜",
    "DESCRIPTION": "The emergency-management bureau's records and verbs, generated from its desks. docs/guide/api.md leads through it. "
    "Dates and times lie in the years 1900 to 2199; others are refused (400).",
    "VERSION": "1.0.0",
    "CONTACT": {"name": "The administrator of this installation"},
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["anlan.site.schema.add_refusals", "anlan.site.schema.add_years"],
    "SERVE_INCLUDE_SCHEMA": False,
}
MESSAGE_TAGS = {message_levels.ERROR: "danger"}
globals().update(mail_from_url(CONFIG.email_url))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = CONFIG.email_from
PROCRASTINATE_ON_APP_READY = None
SILENCED_SYSTEM_CHECKS = ["procrastinate.E001"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"anlan": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
