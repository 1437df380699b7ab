"""From where a request comes."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings


def address_of(request):
    """The address of the client.

    Each proxy appends to X-Forwarded-For whom it was asked by, so the client is named by the outermost of our own:
    that many from the end. What stands before it the client wrote itself.
    """
    own = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return own
    named = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(named) < settings.TRUSTED_PROXIES:
        return own  # came around the proxies
    return named[-settings.TRUSTED_PROXIES]


def network_of(address):
    """What one client can choose its address from: an address of IPv4, all 2^64 that a line of IPv6 comes with."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return address
