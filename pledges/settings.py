"""All settings, driven by the environment; with nothing set, a safe site for this machine alone.

Local mode: without ALLOWED_HOSTS the site answers to this machine's own names only, over http,
with a secret key of its own in `var/`. Setting ALLOWED_HOSTS makes it a deployment: SECRET_KEY
is then required and everything is https. `pledges/checks.py` refuses unsafe combinations.
"""

import os
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def env_bool(name, default):
    """The environment variable as a bool; anything but 1/0/true/false/yes/no is an error."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def env_number(name, default):
    """The environment variable as a whole number, 0 or more."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def env_list(name):
    """The environment variable as a list: comma separated, blanks dropped."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def env_email(name):
    """The environment variable as an e-mail address; empty when it is not set."""
    value = os.environ.get(name, "").strip()
    if value:
        try:
            validate_email(value)
        except ValidationError as error:
            raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.") from error
    return value


def env_licence(name, default):
    """The environment variable as a licence: its name, and its web address at the end."""
    words, _space, address = (os.environ.get(name, "").strip() or default).rpartition(" ")
    if not words or not address.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} must be the name of a licence and its web address, as in {default!r}.")
    return {"name": words.strip(), "address": address}


def env_secret(name):
    """The environment variable, or the content of the file that NAME_FILE points to."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "")


def private_file(path):
    """The path of a file of ours, made if it is missing; its owner alone may read it."""
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
    elif path.stat().st_mode & 0o077:  # of before it was made so
        with suppress(PermissionError):
            path.chmod(0o600)
    return path


def local_secret_key():
    """This checkout's own key, made once in `var/`."""
    path = private_file(VAR_DIR / "secret-key")
    if not path.stat().st_size:
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SIGNS_IN_DATABASE_URL = (
    "DATABASE_URL cannot be read: signs in the user name or password must be written as %2F for /, %3F for ?, "
    "%23 for #, %40 for @, %3A for :, %25 for %. This writes them so: "
    """python3 -c 'from urllib.parse import quote; print(quote(input("Password: "), safe=""))'"""
)


def is_cut_by_a_sign(parts):
    """Whether the split address looks as if a password in it holds one of the signs that part an address."""
    try:
        parts.port  # noqa: B018 (refuses what is no number)
    except ValueError:
        return True
    name, rest = parts.path.removeprefix("/"), parts.path + parts.query
    return bool(parts.fragment) or "/" in name or "@" in name or ("@" in rest and "@" not in parts.netloc)


def database_from_url(url):
    """Django's settings for a `postgresql://user:password@host:port/name?option=value` address."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    if is_cut_by_a_sign(parts):
        raise ImproperlyConfigured(SIGNS_IN_DATABASE_URL)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # not asked before each use, which takes as long as an unchanged page: what has failed renews them all
        "CONN_HEALTH_CHECKS": False,
        # short: an outage must answer 503 quickly, not hang every thread, and a pool that tries to reconnect for
        # long does so less and less often: it would miss the end of the outage by as long as that lasted
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": 10, "timeout": 3, "reconnect_timeout": 4}},
    }


def sqlite_database():
    # with drafts and accounts; SQLite itself would make it as the system makes any file
    path = private_file(Path(os.environ.get("SQLITE_PATH") or VAR_DIR / "pledges.sqlite3"))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # opening it costs more than a page that is at hand
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 10,
            # without IMMEDIATE, concurrent editors get "database is locked"
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file: of a database in memory Django's test server shares one connection among its threads, and two
        # that use it at once wait for ever, one with Python's lock and one with SQLite's.
        "TEST": {"NAME": path.with_name(f"test-{path.name}")},
    }


MEBIBYTE = 1024 * 1024


def cache_from_url(url):
    """Django's settings for where answers are kept: CACHE_URL of README."""
    parts, common = urlsplit(url), {"TIMEOUT": 24 * 60 * 60, "KEY_PREFIX": "pledges"}
    if not url:
        bounds = {"MAX_ENTRIES": 5000, "MAX_BYTES": 64 * MEBIBYTE}
        return {"BACKEND": "pledges.views.caching.Memory", "OPTIONS": bounds, **common}
    if url == "none":
        return {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    if url == "database":
        options = {"MAX_ENTRIES": 1000}
        backend = "django.core.cache.backends.db.DatabaseCache"
        return {"BACKEND": backend, "LOCATION": "pledges_answers", "OPTIONS": options, **common}
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        backend = "django.core.cache.backends.filebased.FileBasedCache"
        return {"BACKEND": backend, "LOCATION": unquote(parts.path), "OPTIONS": {"MAX_ENTRIES": 1000}, **common}
    if parts.scheme in {"redis", "rediss"}:
        if not find_spec("redis"):
            raise ImproperlyConfigured("CACHE_URL names Redis: install the package redis beside the site.")
        # short: the site is there without it
        options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
        backend = "django.core.cache.backends.redis.RedisCache"
        return {"BACKEND": backend, "LOCATION": url, "OPTIONS": options, **common}
    raise ImproperlyConfigured("CACHE_URL must be file:///folder, redis://host:port/number, database or none.")


# Where the site runs

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
LOCAL = not ALLOWED_HOSTS
DEBUG = env_bool("DEBUG", False)
SECRET_KEY = env_secret("SECRET_KEY")
if LOCAL:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    if (host := os.environ.get("HOST", "").strip("[]")) not in {"", "0.0.0.0", "::"}:  # noqa: S104
        ALLOWED_HOSTS.append(f"[{host}]" if ":" in host else host)
    SECRET_KEY = SECRET_KEY or local_secret_key()
elif not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY (or SECRET_KEY_FILE) to a long random text: ALLOWED_HOSTS is set, so this is a deployment."
    )

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": database_from_url(DATABASE_URL) if DATABASE_URL else sqlite_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Answers of the current data, for readers

CACHES = {"default": cache_from_url(os.environ.get("CACHE_URL", ""))}

# The application

ROOT_URLCONF = "pledges.urls"
WSGI_APPLICATION = "pledges.wsgi.application"

INSTALLED_APPS = [
    "pledges.apps.PledgesConfig",
    "pledges.apps.PledgesAdminConfig",
    "pledges.accounts.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "simple_history",
]

MIDDLEWARE = [
    # around all that is called
    "pledges.middleware.UnbrokenStackMiddleware",
    # first, so that static files and error pages carry the headers too
    "pledges.middleware.SecurityHeadersMiddleware",
    "pledges.middleware.WithoutTrackingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "pledges.middleware.ProbeMiddleware",
    "pledges.middleware.ConditionalMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # before all that a kept answer does not need
    "pledges.views.caching.CachingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    # its page is in the reader's language
    "pledges.middleware.FaultMiddleware",
    "pledges.middleware.LimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pledges.accounts.sessions.SessionLimitsMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pledges.views.readers.shown_day",
                "pledges.views.readers.data_licence",
            ],
        },
    },
]

# How long the database may be busy with what a reader asks; 0 for as long as it takes

STATEMENT_SECONDS = env_number("STATEMENT_SECONDS", 15)

# Files on their way to readers; what a process that was killed left there goes when the site starts

SPOOL_DIR = Path(os.environ.get("SPOOL_DIR") or VAR_DIR / "spool")
SPOOL_PREFIX = "pledges-"

FIXTURE_DIRS = [BASE_DIR / "fixtures"]
SIMPLE_HISTORY_REVERT_DISABLED = True  # the form of an old version shows today's places and sources
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# Where readers report errors; without it, to the operators

REPORT_ADDRESS = env_email("REPORT_ADDRESS")

# Where nobody else can read it: a reviewer may publish what is their own. Each such record says so

ONE_REVIEWER = env_bool("ONE_REVIEWER", False)

# What readers may do with the data

DATA_LICENCE = env_licence("DATA_LICENCE", "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/")

# Languages

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
# what editors choose for their pages; the address says it for readers, who get no cookie
LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not LOCAL
LOCALE_PATHS = [BASE_DIR / "pledges" / "locale"]
FORMAT_MODULE_PATH = ["pledges.formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # numbers below 10,000 carry none: see wording.number
USE_TZ = True
TIME_ZONE = "UTC"

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Sign-in (editors only; readers get no cookie)

AUTHENTICATION_BACKENDS = ["pledges.accounts.backends.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
# a code of a phone beside the password
SECOND_FACTOR = env_bool("SECOND_FACTOR", not LOCAL)
OTP_TOTP_ISSUER = "Coalition Pledges"
# tries are counted by accounts.throttle
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
SESSION_COOKIE_AGE = env_number("SESSION_HOURS", 12) * 60 * 60  # from the sign-in on, whatever is done
SESSION_IDLE_SECONDS = env_number("SESSION_IDLE_MINUTES", 120) * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pledges.admin.typed.csrf_failure"
CSRF_TRUSTED_ORIGINS = [] if LOCAL else [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]

# Transport and headers

SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked over http from inside
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 60 * 60
# These bind other sites too, for a year: who runs them all says so. Until then Django's advice to do it is no fault.
SECURE_HSTS_PRELOAD = env_bool("HSTS_PRELOAD", False)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD or env_bool("HSTS_SUBDOMAINS", False)
SILENCED_SYSTEM_CHECKS = [
    number
    for number, is_set in (("security.W005", SECURE_HSTS_INCLUDE_SUBDOMAINS), ("security.W021", SECURE_HSTS_PRELOAD))
    if not is_set
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
if not LOCAL:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
if env_bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# how many proxies of ours append to X-Forwarded-For: what else stands there the client wrote
TRUSTED_PROXIES = env_number("TRUSTED_PROXIES", 0)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The name and form of Django 6's setting, so that its own middleware can take over.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "pledges.faults.LineFormatter", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # who signs in is logged whatever else is
    "loggers": {"pledges.accounts": {"level": "INFO"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
