"""A server on loopback that speaks the OpenAI protocol, and every way in which such a server can go wrong.

A real server, since the client has its own HTTP stack: what patches another one tests nothing. It keeps every body and
header it was sent. `fault` names what goes wrong, on the first `times` calls; `says` is what the model says.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATUSES = {
    "400": 400, "401": 401, "403": 403, "404": 404, "408": 408, "409": 409, "422": 422, "429 soon": 429,
    "429 late": 429, "500": 500, "503": 503,
}  # fmt: skip
WHOLE = (
    *STATUSES, "hang", "reset", "redirect", "html", "half", "wrong shape", "no choices", "empty", "length",
    "filtered", "refusal", "error in 200", "drip", "gzip", "flood", "nan", "deep", "not json",
)  # fmt: skip
"""Faults of a reply that comes as a whole."""
STREAMED = (
    "comments only",
    "drip",
    "clean cut",
    "cut in a chunk",
    "cut hard",
    "bad chunk",
    "error chunk",
    "hang",
    "length",
)
"""Faults of a reply that comes as a stream."""


@dataclass
class ModelServer:
    """What the server does next, and what it was sent. `delay` and `pace` are seconds before a reply and between the
    pieces of a stream."""

    says: Callable[[dict[str, Any]], str] = lambda body: "{}"
    fault: str = ""
    times: int = 1_000_000
    takes: tuple[str, ...] = ("json_schema", "json_object", "text")
    refuses_with: int = 400
    delay: float = 0.0
    pace: float = 0.0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The base URL for the client."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def sent(self) -> str:
        """Every body that arrived, as one text."""
        return json.dumps(self.bodies, ensure_ascii=False)

    def reset(self) -> None:
        """Forget what was sent, and do no wrong."""
        self.bodies, self.headers, self.paths = [], [], []
        self.fault, self.times, self.delay, self.refuses_with = "", 1_000_000, 0.0, 400
        self.takes, self.says = ("json_schema", "json_object", "text"), lambda body: "{}"


@contextmanager
def serving() -> Iterator[ModelServer]:
    """A server of its own on a free port."""
    state = ModelServer()

    class Handler(_Handler):
        server_state = state

    server = _Quiet(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what half of the faults are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: ModelServer
    disable_nagle_algorithm = True

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""

    def do_GET(self) -> None:  # where a redirect or an image would lead
        self.server_state.paths.append(self.path)
        self._give(200, b"{}")

    def do_POST(self) -> None:
        state = self.server_state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.bodies.append(body)
        state.headers.append({name.lower(): value for name, value in self.headers.items()})
        state.paths.append(self.path)
        fault = state.fault if len(state.bodies) <= state.times else ""
        form = body.get("response_format", {}).get("type", "text")
        if form not in state.takes:
            self._error(state.refuses_with)
        elif not self._goes_wrong(fault, body):
            state.stopping.wait(state.delay)
            self._answer(body, fault)

    def _goes_wrong(self, fault: str, body: dict[str, Any]) -> bool:
        """Play a fault that does not depend on how the reply is given; says whether it did."""
        state = self.server_state
        if fault in STATUSES:
            wait = {"429 soon": "0.01", "429 late": "100"}.get(fault)
            self._error(STATUSES[fault], {"Retry-After": wait} if wait else {})
        elif fault == "hang":
            state.stopping.wait(20)
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "redirect":
            self._give(307, b"", {"Location": f"http://127.0.0.1:{state.port}/elsewhere"})
        elif fault == "html":
            self._give(200, b"<html><body>Please sign in</body></html>", {"Content-Type": "text/html"})
        elif fault == "half":
            self._give(200, b'{"id": "x", "object": "chat.completion", "choices": [{"index": 0, "mess')
        elif fault == "not json":
            self._give(200, b"\xff\xfe\x00 certainly!")
        elif fault == "error in 200":
            self._give(200, b'{"error": {"message": "overloaded", "type": "server_error"}}')
        elif fault == "gzip":
            self._give(200, b"\x1f\x8b" + bytes(64), {"Content-Encoding": "gzip"})
        else:
            return False
        return True

    def _answer(self, body: dict[str, Any], fault: str) -> None:
        text = self.server_state.says(body)
        text = {
            "wrong shape": '{"sentences": "all of them"}', "empty": "", "nan": '{"ready": NaN}',
            "deep": '{"a":' * 20_000, "flood": "x" * 5_000_000,
        }.get(fault, text)  # fmt: skip
        if body.get("stream"):
            self._stream(text, fault)
            return
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if fault == "refusal":
            message |= {"content": None, "refusal": "I cannot help with that"}
        if fault == "filtered":
            message["content"] = None
        finish = {"length": "length", "filtered": "content_filter"}.get(fault, "stop")
        choices = [] if fault == "no choices" else [{"index": 0, "message": message, "finish_reason": finish}]
        whole = json.dumps({"id": "c1", "object": "chat.completion", "created": 1, "model": "stub", "choices": choices,
                            "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100}}).encode()  # fmt: skip
        if fault == "drip":
            self._head(200, {"Content-Length": str(len(whole)), "Content-Type": "application/json"})
            self._drip([whole[i : i + 1] for i in range(len(whole))], 0.05)
        else:
            self._give(200, whole)

    def _stream(self, text: str, fault: str) -> None:
        self._head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        pieces = [text[i : i + 6] for i in range(0, len(text), 6)]
        if fault == "comments only":
            self._drip([_chunk(b": still here\n\n")] * 400, 0.05)
            return
        for place, piece in enumerate(pieces):
            if fault and place == len(pieces) // 2 and self._breaks(fault):
                return
            self._send(_chunk(_event({"content": piece}, None)))
            self.server_state.stopping.wait(self.server_state.pace)
            if fault == "drip":
                self.server_state.stopping.wait(0.3)
        finish = "length" if fault == "length" else "stop"
        self._send(_chunk(_event({}, finish)) + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")

    def _breaks(self, fault: str) -> bool:
        if fault == "clean cut":
            self._send(b"0\r\n\r\n")
        elif fault == "cut in a chunk":
            self._send(_chunk(_event({"content": "never"}, None)[:40]) + b"0\r\n\r\n")
        elif fault == "cut hard":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "bad chunk":
            self._send(_chunk(b"data: {not json}\n\n") + b"0\r\n\r\n")
        elif fault == "error chunk":
            self._send(_chunk(b'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n') + b"0\r\n\r\n")
        else:
            return False
        return True

    def _drip(self, pieces: list[bytes], wait: float) -> None:
        for piece in pieces:
            if self.server_state.stopping.is_set() or not self._send(piece):
                return
            time.sleep(wait)

    def _error(self, status: int, headers: dict[str, str] | None = None) -> None:
        told = self.headers.get("Authorization", "") + " " + json.dumps(self.server_state.bodies[-1])
        self._give(status, json.dumps({"error": {"message": f"no: {told}", "type": "error"}}).encode(), headers)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _give(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        try:
            self._head(
                status, {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
            )
        except OSError:
            return
        self._send(body)

    def _send(self, data: bytes) -> bool:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
            return False
        return True


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _event(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    whole = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": [choice]}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"
