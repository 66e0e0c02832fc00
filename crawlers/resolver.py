"""Name resolution that hands out no address a crawl may not connect to.

The check sits where the connection itself resolves its name, so a name that has a public address for a check
and a private one for the connection (DNS rebinding) gains nothing. Cached answers are checked too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver

from crawlers.addresses import AddressPolicy

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's resolver behind an ``AddressPolicy``; until a crawl sets its own, nothing private passes.

    ``refused`` keeps, by host name, the last address that was held back: to Twisted such a name looks as if
    it did not exist.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.policy = AddressPolicy()
        self.refused: dict[str, str] = {}

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name; what the policy refuses never reaches the receiver."""
        guarded: Any = _Filter(resolutionReceiver, self, hostName, portNumber)
        return super().resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)


class _Filter:
    def __init__(self, receiver: Any, resolver: GuardedResolver, host: str, port: int) -> None:
        self._receiver = receiver
        self._resolver = resolver
        self._host = host
        self._port = port

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        plain = ipaddress.ip_address(str(address.host).partition("%")[0])
        if self._resolver.policy.allows(plain, host=self._host, port=self._port):
            self._receiver.addressResolved(address)
        else:
            self._resolver.refused[self._host] = str(plain)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionComplete()
