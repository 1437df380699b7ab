"""System checks of the settings: an unsafe deployment fails `migrate`, and `check --deploy` says why."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

MIN_SECRET_LENGTH = 50
MIN_SECRET_DISTINCT = 5


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
