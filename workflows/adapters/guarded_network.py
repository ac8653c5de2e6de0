"""The only road from a model's client to the network: to one checked address, within one deadline, for so many bytes.

A timeout of an HTTP client starts anew with each read, so a host that sends a byte a second is never late; and a name
that was checked may lead elsewhere when it is looked up again. Here the name is looked up once a connection, each
address is checked, the connection goes to that address (the name still stands in Host and in TLS), and every step
takes what is left of the time its action has.
"""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any

import httpcore2
import httpx2

from workflows.settings import why_not_address

MOST_BYTES = 4_000_000
"""What one action may receive: replies are some thousand characters, the frames of a stream fifty times as much."""
_PIECE = 16_384
_HEADERS = frozenset(
    {"host", "authorization", "content-type", "content-length", "accept", "connection", "transfer-encoding"}
)
"""What a request says beside its body. The client would add system, versions, and organisations from the environment."""


class AddressRefused(Exception):
    """A name led to an address that no connection is made to."""


class Unreadable(Exception):
    """What comes back is too much, or compressed, and is not read to its end."""


@dataclass
class Allowance:
    """What one action may still take: until when (time.monotonic), and how many bytes."""

    until: float
    room: int = MOST_BYTES

    @property
    def left(self) -> float:
        """Seconds."""
        return self.until - time.monotonic()


_ALLOWED: ContextVar[Allowance | None] = ContextVar("allowed", default=None)


@contextmanager
def allowed(allowance: Allowance) -> Iterator[None]:
    """Bind everything this thread does on the network inside to the allowance."""
    before = _ALLOWED.set(allowance)
    try:
        yield
    finally:
        _ALLOWED.reset(before)


def _left(error: type[Exception], timeout: float | None) -> float:
    """The seconds a step may take; raises `error` where there are none. Without an allowance nothing goes out."""
    allowance = _ALLOWED.get()
    left = allowance.left if allowance else 0.0
    if left <= 0:
        raise error("the time of the action is used up")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore2.NetworkStream):
    """A connection whose every step takes what is left of the allowance."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _left(httpcore2.ReadTimeout, timeout))
        allowance = _ALLOWED.get()
        if allowance is not None:
            allowance.room -= len(data)
            if allowance.room < 0:
                raise Unreadable("far too much was sent")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _left(httpcore2.WriteTimeout, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _left(httpcore2.ConnectTimeout, timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only: loopback ones, or public ones."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback, self._inner = loopback, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first of the host's addresses that answers; none where any of them is not allowed."""
        addresses = _looked_up(host, port, _left(httpcore2.ConnectTimeout, timeout))
        if any(why_not_address(address, loopback=self._loopback) for address in addresses):
            raise AddressRefused("the host leads to an address that is not allowed")
        for place, address in enumerate(addresses):
            try:
                left = _left(httpcore2.ConnectTimeout, timeout)
                return _Stream(self._inner.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if place == len(addresses) - 1:
                    raise
        raise httpcore2.ConnectError("the host has no address")


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name. A system's look-up has no deadline of its own, so it runs beside and may be left."""
    found: Queue[list[str] | None] = Queue(1)

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError):
            found.put(None)

    Thread(target=look, daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except Empty:
        raise httpcore2.ConnectTimeout("the name of the host was not looked up in time") from None
    if not addresses:
        raise httpcore2.ConnectError("the name of the host is not known")
    return addresses


class _Transport(httpx2.HTTPTransport):
    """Requests over guarded connections. A compressed reply is not read: it could unfold without end."""

    def __init__(self, *, loopback: bool) -> None:
        # Not the parent's own: it would make a pool that connects wherever a name leads.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_connections=20,
            keepalive_expiry=30,
            network_backend=GuardedBackend(loopback=loopback),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        own = {name: value for name, value in request.headers.items() if name.lower() in _HEADERS}
        own |= {"Accept-Encoding": "identity", "User-Agent": "parley"}
        # A copy: the client reads its own headers again when the response is there.
        sent = httpx2.Request(
            request.method, request.url, headers=own, stream=request.stream, extensions=request.extensions
        )
        response = super().handle_request(sent)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise Unreadable("the reply is compressed, which was not asked for")
        return response


def guarded_client(*, loopback: bool) -> httpx2.Client:
    """An HTTP client on that road: no redirects, no proxies or other settings from the environment."""
    return httpx2.Client(transport=_Transport(loopback=loopback), follow_redirects=False, trust_env=False)
