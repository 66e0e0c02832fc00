from ipaddress import ip_address

import pytest

from crawlers.addresses import AddressPolicy, is_public, literal_address


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "::", "::1",
        "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a00:1", "64:ff9b::a00:1",
        "2002:a00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_address_that_is_not_of_the_public_internet(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "64:ff9b::808:808"])
def test_public_address(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.0.0.1", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_loopback_in_any_notation(host):
    address = literal_address(host)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("host", ["shop.example", "localhost", "1.2.3.4.example", "", "龙井.example"])
def test_name_is_no_address(host):
    assert literal_address(host) is None


@pytest.mark.parametrize(
    ("named", "host", "port", "expected"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", 6379, False),
        ("127.0.0.1", "127.0.0.1", 6379, True),
        ("shop.internal", "SHOP.internal.", 80, True),
        ("shop.internal", "db.internal", 80, False),
        ("[::1]:8080", "::1", 8080, True),
        ("::1", "::1", 80, True),
    ],
)
def test_only_named_hosts_may_be_private(named, host, port, expected):
    policy = AddressPolicy([named])
    assert policy.allows(ip_address("::1" if ":" in host else "127.0.0.1"), host=host, port=port) is expected


def test_nothing_private_passes_by_default():
    assert not AddressPolicy().allows(ip_address("10.0.0.1"), host="10.0.0.1", port=80)
