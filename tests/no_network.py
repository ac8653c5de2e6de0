"""The suite runs without a network: whoever reaches off loopback is stopped, and written down."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from workflows.settings import why_not_address

_HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", socket.gethostname().lower()}


def _is_here(host: object) -> bool:
    if not isinstance(host, (str, bytes)):
        return host is None
    name = (host.decode(errors="replace") if isinstance(host, bytes) else host).lower()
    try:
        return name in _HERE or why_not_address(name, loopback=True) == ""
    except ValueError:
        return False


@contextmanager
def only_loopback() -> Iterator[list[str]]:
    """Refuse connections and look-ups of names that lead off this machine; gives what was tried."""
    tried: list[str] = []
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(host: object) -> None:
        if not _is_here(host):
            tried.append(str(host))
            raise OSError(f"the suite does not reach {host!s}: it runs without a network")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **other: Any) -> Any:
        check(host)
        return look_up(host, *rest, **other)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield tried
