"""From where a request comes is what our own proxies say, and nothing else."""

import pytest
from django.test import RequestFactory

from pledges.accounts.addresses import address_of, network_of


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "10.0.0.1, 203.0.113.5", "203.0.113.5"),
        (1, "203.0.113.5:50123", "203.0.113.5"),
        (1, "[2001:db8::5]:50123", "2001:db8::5"),
        (1, "2001:db8::5", "2001:db8::5"),
        (1, None, "192.0.2.1"),
        (2, "10.0.0.1, 203.0.113.5, 192.0.2.9", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.1"),
    ],
)
def test_the_client_is_whom_the_outermost_of_our_proxies_names(settings, proxies, said, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": said} if said else {}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_what_one_client_can_choose_from_is_one_address(address, network):
    assert network_of(address) == network
