"""One upstream call: what LangChain's client is given, what comes back, and what each of its errors means.

Apart from the gateway, which decides what to do about it. LangChain and the client are imported on first use; their logs
stay shut, since they hold requests and once held a key.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from workflows.domain.model import Call, Endpoint, FailureKind, Mode
from workflows.settings import OPENAI, quiet_libraries

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

Hear = Callable[[str], None]
"""Takes each piece of a reply as it arrives."""

_MOST_TOKENS = 10_000_000  # a count beyond is no count
_SHUT = logging.CRITICAL + 1
_LOGGERS = ("openai", "httpx2", "httpcore2", "httpx", "httpcore", "langchain_core", "langchain_openai", "langsmith")


@dataclass
class Heard:
    """What came of one upstream call; `kind` says what was wrong with it."""

    text: str = ""
    finish: str = ""
    kind: FailureKind | None = None
    wait: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    counted: bool = False
    first_words: float | None = None
    status: int = 0


def hear(
    client: "Callable[[], ChatOpenAI]",
    endpoint: Endpoint,
    call: Call,
    mode: Mode,
    system: str,
    until: float,
    on_text: Hear | None,
) -> Heard:
    """Ask once, until the moment `until` (time.monotonic) at the latest; streamed to `on_text` where there is one."""
    from langsmith import tracing_context

    from workflows.adapters.guarded_network import Allowance, allowed

    extra = _extra(endpoint, call, mode)
    messages = [("system", system), ("human", call.data)]
    heard = Heard()
    with allowed(Allowance(until)), tracing_context(enabled=False):
        try:
            llm = client()
            _silence()
            left = max(0.001, until - time.monotonic())
            if on_text:
                _stream(llm, messages, extra, left, heard, on_text)
            else:
                _whole(llm, messages, extra, left, heard)
        except Exception as error:  # noqa: BLE001 - hosts send anything, and the client lets any error of its own out
            heard.kind, heard.status, heard.wait = _kind(error, heard, late=until <= time.monotonic())
    if heard.kind is None:
        heard.kind = _unfinished(heard)
    return heard


def client_of(endpoint: Endpoint, key: SecretStr) -> "ChatOpenAI":
    """The client for an endpoint, on the guarded network, without retries of its own."""
    quiet_libraries()
    from langchain_core.globals import set_debug, set_verbose
    from langchain_openai import ChatOpenAI

    from workflows.adapters.guarded_network import guarded_client

    set_debug(False)
    set_verbose(False)
    _silence()
    own = endpoint.base_url == OPENAI
    return ChatOpenAI(
        model=endpoint.model,
        base_url=endpoint.base_url,
        api_key=SecretStr(key.get_secret_value() or "none"),  # servers on loopback want any, the client insists
        max_retries=0,
        use_responses_api=False,
        stream_usage=own,
        temperature=None if own else 0,  # some of OpenAI's own models refuse any
        cache=False,
        http_client=guarded_client(loopback=endpoint.loopback),
    )


def _extra(endpoint: Endpoint, call: Call, mode: Mode) -> dict[str, Any]:
    """What the body holds beside the messages. Given as such, since LangChain would take another road for it."""
    limit = "max_completion_tokens" if endpoint.base_url == OPENAI else "max_tokens"
    body: dict[str, Any] = {limit: call.most_tokens}
    if mode == "json_schema":
        schema = {"name": call.prompt, "strict": True, "schema": call.reply.json_schema()}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _whole(
    llm: "ChatOpenAI", messages: Sequence[tuple[str, str]], extra: dict[str, Any], left: float, heard: Heard
) -> None:
    said = llm.invoke(list(messages), extra_body=extra, timeout=left)
    heard.text = said.content if isinstance(said.content, str) else ""
    heard.finish = str(said.response_metadata.get("finish_reason") or "")
    if said.additional_kwargs.get("refusal"):
        heard.kind = "declined"
    _count(heard, said.usage_metadata)


def _stream(
    llm: "ChatOpenAI",
    messages: Sequence[tuple[str, str]],
    extra: dict[str, Any],
    left: float,
    heard: Heard,
    on_text: Hear,
) -> None:
    began = time.monotonic()
    for piece in llm.stream(list(messages), extra_body=extra, timeout=left):
        if piece.additional_kwargs.get("refusal"):
            heard.kind = "declined"
        if isinstance(piece.content, str) and piece.content:
            heard.first_words = heard.first_words or round(time.monotonic() - began, 4)
            heard.text += piece.content
            on_text(piece.content)
        heard.finish = str(piece.response_metadata.get("finish_reason") or heard.finish)
        _count(heard, getattr(piece, "usage_metadata", None))


def _count(heard: Heard, usage: Any) -> None:
    """Take the endpoint's counts where they can be counts."""
    counts = [usage.get(name, 0) if usage else 0 for name in ("input_tokens", "output_tokens")]
    if all(isinstance(n, int) and 0 <= n <= _MOST_TOKENS for n in counts) and any(counts):
        heard.tokens_in, heard.tokens_out, heard.counted = (
            heard.tokens_in + counts[0],
            heard.tokens_out + counts[1],
            True,
        )


def _unfinished(heard: Heard) -> FailureKind | None:
    """Why a reply that came without any error does not count."""
    match heard.finish:
        case "length":
            return "cut"
        case "content_filter":
            return "filtered"
        case "stop":
            return None if heard.text.strip() else "empty"
        case "":
            return "interrupted"
    return "garbled"


def _kind(error: Exception, heard: Heard, *, late: bool) -> tuple[FailureKind, int, float]:
    """What an error of the client means, its HTTP status, and how long the host asks to wait (seconds)."""
    import httpcore2
    import httpx2
    import openai

    from workflows.adapters.guarded_network import AddressRefused, Unreadable

    causes = _causes(error)
    if any(isinstance(one, AddressRefused) for one in causes):
        return "address", 0, 0.0
    if any(isinstance(one, Unreadable) for one in causes):
        return "garbled", 0, 0.0
    if isinstance(error, openai.APIStatusError):
        return _by_status(error.status_code), error.status_code, _retry_after(error.response.headers)
    timeouts = (openai.APITimeoutError, httpx2.TimeoutException, httpcore2.TimeoutException)
    if late or isinstance(error, timeouts):
        return "deadline", 0, 0.0
    if heard.text:
        return "interrupted", 0, 0.0
    network = (openai.APIConnectionError, httpx2.TransportError, httpcore2.NetworkError, httpcore2.ProtocolError)
    return ("unreachable" if isinstance(error, network) else "garbled"), 0, 0.0


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and len(found) < 10:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


def _by_status(status: int) -> FailureKind:
    if status in (401, 403):
        return "key"
    if status == 404:
        return "unknown"
    if status == 429:
        return "busy"
    if 300 <= status < 400:
        return "moved"
    return "trouble" if status >= 500 or status in (408, 409, 425) else "refused"


def _retry_after(headers: Any) -> float:
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except ValueError:
        return 0.0


def _silence() -> None:
    """Keep the libraries' logs shut, also where somebody has opened all of them: they hold prompts, and once a key."""
    known = [n for n in list(logging.root.manager.loggerDict) if n.partition(".")[0] in _LOGGERS]
    for logger in map(logging.getLogger, {*_LOGGERS, *known}):
        if logger.level != _SHUT:  # setting a level is dear: it empties the cache of every logger there is
            logger.setLevel(_SHUT)
