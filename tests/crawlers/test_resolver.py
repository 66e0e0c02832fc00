"""The guard at name resolution, behind a name server that gives the answers of a test."""

# ruff: noqa: N802, N803 - Twisted's names

from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.resolver import dnscache
from twisted.internet.address import IPv4Address, IPv6Address

from crawlers.addresses import AddressPolicy
from crawlers.resolver import GuardedResolver

HOST = "shop.example"


class Answers:
    """A name server that gives another answer each time, as one in an attacker's hand does."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    def resolveHostName(self, receiver, hostName, portNumber=0, addressTypes=None, transportSemantics="TCP"):
        receiver.resolutionBegan(SimpleNamespace(name=hostName))
        for answer in self._answers.pop(0).split():
            kind = IPv6Address if ip_address(answer).version == 6 else IPv4Address
            receiver.addressResolved(kind("TCP", answer, portNumber))
        receiver.resolutionComplete()
        return receiver


class Receiver:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, resolution): ...

    def addressResolved(self, address):
        self.found.append(address.host)

    def resolutionComplete(self):
        self.is_complete = True


@pytest.fixture
def resolve():
    dnscache.clear()

    def resolve_(resolver: GuardedResolver, port: int = 80) -> list[str]:
        receiver: Any = Receiver()
        resolver.resolveHostName(receiver, HOST, port)
        assert receiver.is_complete
        found: list[str] = receiver.found
        return found

    yield resolve_
    dnscache.clear()


def a_resolver(*answers: str, cache_size: int = 0) -> GuardedResolver:
    reactor: Any = SimpleNamespace(nameResolver=Answers(*answers))
    return GuardedResolver(reactor, cache_size)


def test_private_answer_never_reaches_the_connection(resolve):
    resolver = a_resolver("10.0.0.8")
    assert resolve(resolver) == []
    assert resolver.refused == {HOST: "10.0.0.8"}


def test_rebound_name_is_refused_at_the_second_answer(resolve):
    resolver = a_resolver("223.5.5.5", "127.0.0.1")
    assert resolve(resolver) == ["223.5.5.5"]
    assert resolve(resolver) == []


def test_only_the_private_one_of_several_answers_is_held_back(resolve):
    assert resolve(a_resolver("169.254.169.254 223.5.5.5 ::ffff:10.0.0.1")) == ["223.5.5.5"]


def test_cached_answer_is_judged_again(resolve):
    resolver = a_resolver("10.0.0.8", cache_size=10)
    resolver.policy = AddressPolicy([HOST])
    assert resolve(resolver) == ["10.0.0.8"]
    resolver.policy = AddressPolicy()
    assert resolve(resolver) == []


def test_named_host_is_let_through_on_its_port_alone(resolve):
    resolver = a_resolver("10.0.0.8", "10.0.0.8")
    resolver.policy = AddressPolicy([f"{HOST}:8080"])
    assert resolve(resolver, port=8080) == ["10.0.0.8"]
    assert resolve(resolver, port=6379) == []
