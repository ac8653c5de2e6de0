"""The server of a real model, in the runner's own environment: `python real_runner.py WEIGHTS RECORD PORT THREADS MANNER KEY`.

Imports nothing of ours. It writes down every body and every reply. How it answers is its manner: `bare` as the runner's
author left it, which answers 500 to a request for a schema, as several servers do; `schemas` so that a schema is kept to;
`hostile` so that a model too weak to do harm does some: two of three replies are made at random, and every second of
those is bound to forms that get furthest, each token in its place and each quote genuine, with the model's own words
beside them.
"""

import json
import os
import re
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CONTEXT = 8192  # tokens of a prompt and its reply
_MOST = 250  # tokens of a hostile reply
_FREE = "[A-Z][a-z]{1,6} [a-z0-9 ,%]{4,50}[.,:]"
"""What a hostile model may write beside a token."""


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _series(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return _object(**{name: {"type": "array", "prefixItems": entries}})


def _forced(asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """A schema whose every reply has the letter's tokens in their places, or genuine quotes; None for other calls."""
    data = asked["messages"][-1]["content"]
    if parts := re.findall(r"(?m)^([A-Z]{1,2}): (\[\[[A-Z]+\]\])?", data):
        entries = []
        for n, (part, token) in enumerate(parts):
            words: dict[str, Any] = {"type": "string", "minLength": 8, "maxLength": 90}
            if token:
                bare = re.escape(token)
                words = {"type": "string", "pattern": f"^{_FREE} {bare}$"} if n % 4 == 1 else {"const": token}
            entries.append(_object(part={"const": part}, words=words))
        return _series("parts", entries)
    if statements := re.findall(r"(?m)^\[(\d+)\] (.+)", data):
        entries = [
            _object(
                sentence={"type": "string", "pattern": "^[A-Z][a-z0-9 ,%]{30,90}[.]$"},
                passages={"type": "array", "prefixItems": [{"const": int(number)}]},
                quote={"const": " ".join(text.split()[:6])},
            )
            for number, text in statements[:3]
        ]
        return _series("sentences", entries)
    return None


def _with_entries(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with no nearly empty arrays and no endless strings."""
    if schema.get("type") == "array":
        least = 3 if schema["items"]["type"] == "object" else 1
        return schema | {"minItems": least, "maxItems": 4, "items": _with_entries(schema["items"])}
    if schema.get("type") == "object":
        return schema | {"properties": {name: _with_entries(one) for name, one in schema["properties"].items()}}
    if schema.get("type") == "string":
        return schema | {
            "minLength": 1,
            "maxLength": 2 if schema.get("description", "").endswith("name of the part") else 70,
        }
    return schema


class Answering:
    """Between the client and the runner."""

    def __init__(self, app: Any, record: Path, manner: str) -> None:
        self._app, self._record, self._manner, self._count = app, record, manner, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, as a web server gives it."""
        if scope["type"] != "http" or not scope["path"].endswith("/chat/completions"):
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        asked = json.loads(body)
        self._write("asked", asked)
        body = json.dumps(self._as_wanted(asked)).encode()
        length = str(len(body)).encode()
        headers = [(name, length if name == b"content-length" else value) for name, value in scope["headers"]]
        given, said = False, b""

        async def told(message: Any) -> None:
            nonlocal said
            said += message.get("body", b"")
            await send(message)

        async def again() -> Any:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app({**scope, "headers": headers}, again, told)
        self._write("said", said.decode(errors="replace"))

    def _as_wanted(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The request as the runner gets it."""
        if self._manner == "hostile":  # as servers do that stop early; else nonsense goes on for minutes
            asked = asked | {"max_tokens": min(asked.get("max_tokens", _MOST), _MOST)}
        wanted = asked.get("response_format") or {}
        if self._manner == "bare" or wanted.get("type") != "json_schema":
            return asked
        schema = wanted["json_schema"]["schema"]
        turn = self._count % 3 if self._manner == "hostile" else 0
        self._count += 1
        if turn:
            forced = _forced(asked) if turn == 2 else None
            schema = forced or _with_entries(schema)
            asked = asked | {"temperature": 0.9, "seed": self._count, "max_tokens": 4 * _MOST if forced else _MOST}
        return asked | {"response_format": {"type": "json_object", "schema": schema}}

    def _write(self, what: str, value: Any) -> None:
        with self._record.open("a", encoding="utf-8") as record:
            record.write(json.dumps({what: value}, ensure_ascii=False) + "\n")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """No connection of this process leads off this machine."""
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in ("127.0.0.1", "::1"):
        raise OSError("this server reaches nobody")


def _end_with_the_tests() -> None:
    """Wait for the end of standard input, which comes when the tests are gone, however they ended."""
    sys.stdin.buffer.read()
    os._exit(0)


def serve(weights: str, record: str, port: str, threads: str, manner: str, key: str) -> None:
    """Answer until the process is ended; the port is written to a file."""
    import uvicorn  # type: ignore[import-not-found,unused-ignore]
    from llama_cpp.server.app import create_app  # type: ignore[import-not-found]
    from llama_cpp.server.settings import ModelSettings, ServerSettings  # type: ignore[import-not-found]

    sys.addaudithook(_stay_here)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    count = int(threads)
    settings = ModelSettings(
        model=weights,
        model_alias=Path(weights).stem,
        n_ctx=_CONTEXT,
        n_threads=count,
        n_threads_batch=count,
        verbose=False,
        logits_all=False,  # else the runner works out what might follow each token of the prompt, to no use
    )
    app = create_app(server_settings=ServerSettings(host="127.0.0.1", api_key=key), model_settings=[settings])
    listening = socket.create_server(("127.0.0.1", 0))
    Path(port).write_text(str(listening.getsockname()[1]))
    answering = Answering(app, Path(record), manner)
    uvicorn.Server(uvicorn.Config(answering, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    serve(*sys.argv[1:])
