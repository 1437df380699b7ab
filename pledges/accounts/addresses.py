"""From where a request comes."""

import re
from ipaddress import IPv6Address, ip_address

from django.conf import settings

WITH_PORT = re.compile(r"\[(?P<six>[^]]+)](?::\d+)?|(?P<four>[\d.]+):\d+")


def address_of(request):
    """The address of the client.

    Each proxy appends to X-Forwarded-For whom it was asked by, so the client is named by the outermost of our own:
    that many from the end. What stands before it the client wrote itself.
    """
    own = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return own
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if len(named) < settings.TRUSTED_PROXIES:
        return own  # came around the proxies
    return without_port(named[-settings.TRUSTED_PROXIES])


def without_port(text):
    """An address as some proxies write it: with the port, which is another one each time."""
    found = WITH_PORT.fullmatch(text)
    return found["six"] or found["four"] if found else text


def network_of(address):
    """What one client can choose its address from: an address of IPv4, all 2^64 that a line of IPv6 comes with."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return address
