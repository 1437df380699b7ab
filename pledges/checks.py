"""System checks of the settings: an unsafe deployment fails `migrate`, and `check --deploy` says why."""

import stat
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

MIN_SECRET_LENGTH = 50
MIN_SECRET_DISTINCT = 5
BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@register(Tags.security)
def check_secret_key(app_configs, **kwargs):
    """Django itself only warns, and only under --deploy."""
    key = settings.SECRET_KEY
    if settings.LOCAL or (len(key) >= MIN_SECRET_LENGTH and len(set(key)) >= MIN_SECRET_DISTINCT):
        return []
    return [
        Error(
            f"SECRET_KEY is too easy to guess: it needs at least {MIN_SECRET_LENGTH} characters, "
            f"{MIN_SECRET_DISTINCT} of them different.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(50))' makes a good one.",
            id="pledges.E001",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(app_configs, **kwargs):
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS contains '*': links in pages, feeds and files could then point to any site.",
            hint="Set ALLOWED_HOSTS to the names of this site, separated by commas.",
            id="pledges.E002",
        )
    ]


@register(Tags.security)
def check_debug(app_configs, **kwargs):
    if settings.LOCAL or not settings.DEBUG:
        return []
    return [
        Error(
            "DEBUG is on in a deployment: error pages would show code and settings to everyone.",
            hint="Set DEBUG=0, or unset ALLOWED_HOSTS to work on this machine alone.",
            id="pledges.E003",
        )
    ]


@register(Tags.security)
def check_cache_folder(app_configs, **kwargs):
    """What is kept there is read back as Python objects: whoever writes it has the rights of the site."""
    kept = settings.CACHES["default"]
    folder = Path(kept["LOCATION"]) if kept["BACKEND"].endswith("FileBasedCache") else None
    if settings.LOCAL or not folder or not folder.exists() or not folder.stat().st_mode & BY_OTHERS:
        return []
    return [
        Error(
            "CACHE_URL names a folder that others can write to: what they put there could run as the site.",
            hint="Name a folder that only the account of the site may write to; one that is missing is made so.",
            id="pledges.E008",
        )
    ]


@register(Tags.security, deploy=True)
def check_statement_seconds(app_configs, **kwargs):
    if settings.LOCAL or settings.STATEMENT_SECONDS:
        return []
    return [
        Warning(
            "STATEMENT_SECONDS is 0: what one reader asks may keep the database busy for as long as it takes.",
            hint="Unset STATEMENT_SECONDS, or set it to more seconds than the slowest page takes.",
            id="pledges.W007",
        )
    ]


@register(Tags.security, deploy=True)
def check_deployment(app_configs, **kwargs):
    if not settings.LOCAL:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is not set, so the site runs in local mode: over http, for this machine alone.",
            hint="Set ALLOWED_HOSTS to the names of the site, separated by commas, and SECRET_KEY.",
            id="pledges.E004",
        )
    ]


@register(Tags.security, deploy=True)
def check_second_factor(app_configs, **kwargs):
    if settings.LOCAL or settings.SECOND_FACTOR:
        return []
    return [
        Warning(
            "SECOND_FACTOR is off: a password that somebody reads or guesses opens the editors' site.",
            hint="Unset SECOND_FACTOR, or leave it off if the proxy asks for a second factor itself.",
            id="pledges.W006",
        )
    ]


@register(Tags.security, deploy=True)
def check_proxies(app_configs, **kwargs):
    if settings.TRUSTED_PROXIES or not settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is not set behind a proxy: all clients seem to have its address, and whoever guesses "
            "passwords keeps everybody from signing in.",
            hint="Set TRUSTED_PROXIES to the number of your proxies that append to X-Forwarded-For, mostly 1.",
            id="pledges.W005",
        )
    ]
