"""Every way in which a model's host can fail ends as promised: in time, as a value, with few calls, nothing leaked."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.model_server import STREAMED, WHOLE, ModelServer, serving
from workflows.adapters.breaker import Breaker
from workflows.adapters.language_model import CALLS, Action, LanguageModel
from workflows.adapters.model_records import ModelRecords
from workflows.adapters.store import CaseStore
from workflows.catalog.prompts import prompts
from workflows.domain.model import Call, Endpoint, Failure, Given, Reply

KEY = "sk-canary-5f1d9a"
ENOUGH = 30.0  # seconds: a busy machine is no fault of the host
SHORT = 0.9  # the whole time of an action where the host takes longer than anybody waits
ENDLESS = ("hang", "drip", "comments only")
GOOD = '{"ready": true}'
Make = Callable[..., LanguageModel]


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.reset()
    running.says = lambda body: GOOD
    return running


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelRecords]:
    store = CaseStore.open(f"sqlite:///{tmp_path_factory.mktemp('models')}/cases.db")
    yield store.models
    store.close()


def endpoint(url: str, **other: Any) -> Endpoint:
    settled = {
        "base_url": url, "host": "127.0.0.1", "model": "stub", "loopback": True, "answer_seconds": ENOUGH,
        "draft_seconds": ENOUGH, "price_in": 0, "price_out": 0, "daily_usd": 5,
    }  # fmt: skip
    return Endpoint.model_validate(settled | other)


@pytest.fixture(scope="module")
def first(running: ModelServer) -> LanguageModel:
    """The gateway whose client all others share: making one takes a while."""
    return LanguageModel(endpoint(running.url), SecretStr(KEY))


@pytest.fixture
def make(server: ModelServer, first: LanguageModel) -> Make:
    def made(breaker: Breaker | None = None, **other: Any) -> LanguageModel:
        model = LanguageModel(endpoint(server.url, **other), SecretStr(KEY), first_wait=0.01, breaker=breaker)
        model._made = first.client()
        return model

    return made


@pytest.fixture
def action(make: Make, records: ModelRecords) -> Action:
    return make().action("answer", records)


def connection() -> Call:
    return prompts()["connection"].call({})


def open_logs(caplog: pytest.LogCaptureFixture) -> None:
    """As an administrator does who looks for an error: everything at DEBUG."""
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "openai._base_client", "httpx2", "httpcore2", "httpcore2.http11", "langchain_core"):
        logging.getLogger(name).setLevel(logging.DEBUG)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the libraries wrote."""
    return [r.getMessage() for r in caplog.records if r.name.startswith(("openai", "httpx", "httpcore", "langchain"))]


def fine(value: dict[str, Any]) -> bool:
    return True


def patient(fault: str, make: Make) -> LanguageModel:
    """A gateway that gives a host the time it needs, unless the host never ends."""
    return make(answer_seconds=SHORT if fault in ENDLESS else ENOUGH)


ENDS = {
    "400": ("refused", 3), "422": ("refused", 3), "401": ("key", 1), "403": ("key", 1), "404": ("unknown", 1),
    "408": ("trouble", 3), "409": ("trouble", 3), "429 soon": ("busy", 3), "429 late": ("busy", 1),
    "500": ("trouble", 3), "503": ("trouble", 3), "hang": ("deadline", 1), "reset": ("unreachable", 3),
    "redirect": ("moved", 1), "html": ("garbled", 3), "half": ("garbled", 3), "wrong shape": ("shape", 3),
    "no choices": ("garbled", 3), "empty": ("empty", 3), "length": ("cut", 1), "filtered": ("filtered", 1),
    "refusal": ("declined", 1), "error in 200": ("garbled", 3), "drip": ("deadline", 1), "gzip": ("garbled", 3),
    "flood": ("garbled", 3), "nan": ("shape", 3), "deep": ("shape", 3), "not json": ("garbled", 3),
}  # fmt: skip
"""What each fault of a whole reply is called, and how many calls it takes."""


@pytest.mark.parametrize("fault", WHOLE)
def test_a_fault_ends_in_time_as_a_value_with_a_reason(
    fault: str,
    server: ModelServer,
    make: Make,
    records: ModelRecords,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fault = fault
    open_logs(caplog)
    model = patient(fault, make)
    began = time.monotonic()
    said = model.action("answer", records).ask(connection(), fine)
    assert time.monotonic() - began < ENOUGH / 3, "the endless ones go on for far longer"
    assert isinstance(said, Failure)
    assert (said.kind, len(server.bodies)) == ENDS[fault]
    assert len(server.bodies) <= CALLS
    assert said.label.startswith("Worded without a model: ")
    shown = said.model_dump_json() + said.label + caplog.text + "".join(capsys.readouterr())
    assert logged(caplog) == []
    assert KEY not in shown
    assert "Reply that you are ready" not in shown


@pytest.mark.parametrize("fault", STREAMED)
def test_a_stream_that_breaks_off_is_marked_and_never_a_reply(
    fault: str, server: ModelServer, make: Make, records: ModelRecords
) -> None:
    server.fault = fault
    heard: list[str] = []
    said = patient(fault, make).action("answer", records).ask(connection(), fine, heard.append)
    assert isinstance(said, Failure)
    ends = {"hang": "deadline", "comments only": "deadline", "drip": "deadline", "length": "cut"}
    assert said.kind == ends.get(fault, "interrupted")
    assert said.partial == "".join(heard)
    assert len(server.bodies) == 1, "what was shown is not begun anew"


def test_every_fault_is_known_and_a_good_reply_is_one(server: ModelServer, action: Action) -> None:
    assert set(ENDS) == set(WHOLE)
    said = action.ask(connection(), fine)
    assert isinstance(said, Reply)
    assert (said.value, said.mode, said.usage.calls, said.usage.counted) == ({"ready": True}, "json_schema", 1, True)
    assert said.worded_by.startswith("stub, prompt connection ")


def test_a_streamed_reply_arrives_in_pieces_and_tells_how_soon(server: ModelServer, action: Action) -> None:
    heard: list[str] = []
    said = action.ask(connection(), fine, heard.append)
    assert isinstance(said, Reply)
    assert "".join(heard) == GOOD
    assert len(heard) > 1
    assert said.usage.first_words is not None


@pytest.mark.parametrize("fault", ["503", "429 soon", "reset", "html", "half", "empty", "no choices", "error in 200"])
def test_what_goes_wrong_once_is_tried_again(fault: str, server: ModelServer, action: Action) -> None:
    server.fault, server.times = fault, 2
    said = action.ask(connection(), fine)
    assert isinstance(said, Reply)
    assert len(server.bodies) == 3


def test_the_calls_of_one_action_are_counted_together(server: ModelServer, action: Action) -> None:
    for _ in range(5):
        action.ask(connection(), fine)
    assert len(server.bodies) == CALLS


@pytest.mark.parametrize(
    ("takes", "status"), [("json_object", 400), ("text", 400), ("json_object", 500), ("text", 422)]
)
def test_the_form_an_endpoint_takes_is_found_and_remembered(
    takes: str, status: int, server: ModelServer, make: Make, records: ModelRecords
) -> None:
    server.takes, server.refuses_with = (takes, "text"), status
    server.says = lambda body: f"Certainly!\n```json\n{GOOD}\n```"
    model = make()
    first = model.action("answer", records).ask(connection(), fine)
    assert isinstance(first, Reply)
    assert first.mode == takes
    before = len(server.bodies)
    again = model.action("answer", records).ask(connection(), fine)
    assert isinstance(again, Reply)
    assert len(server.bodies) == before + 1
    assert '"required": ["ready"]' in server.bodies[-1]["messages"][0]["content"]


def test_a_reply_its_asker_cannot_stand_by_does_not_count(server: ModelServer, action: Action) -> None:
    said = action.ask(connection(), lambda value: False)
    assert isinstance(said, Failure)
    assert (said.kind, len(server.bodies)) == ("unsupported", 1)
    assert said.partial == ""


def test_after_five_failures_nobody_calls_until_one_tries(
    server: ModelServer, make: Make, records: ModelRecords
) -> None:
    now = [1000.0]
    model = make(breaker=Breaker(clock=lambda: now[0]))
    server.fault = "503"
    for _ in range(2):
        model.action("answer", records).ask(connection(), fine)
    assert len(server.bodies) == 5
    said = model.action("answer", records).ask(connection(), fine)
    assert isinstance(said, Failure)
    assert said.kind == "resting"
    assert len(server.bodies) == 5
    assert model.breaker.state.resting
    now[0] += 31
    model.action("answer", records).ask(connection(), fine)
    assert len(server.bodies) == 6, "one tries, and its failure shuts the way again"
    server.fault, now[0] = "", now[0] + 31
    for _ in range(3):
        assert isinstance(model.action("answer", records).ask(connection(), fine), Reply)
    assert not model.breaker.state.resting


def test_failures_far_apart_stop_nobody() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(20):
        breaker.failed()
        now[0] += 16
        assert breaker.lets_through()


def test_many_at_once_do_not_pass_the_cap_together(server: ModelServer, make: Make, tmp_path: Path) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/cases.db")
    call = connection()
    model = make(
        price_in=Decimal(0), price_out=Decimal(1_000_000) / call.most_tokens, daily_usd=Decimal(3), answer_seconds=30
    )
    server.delay, ends = 0.3, []

    def ask() -> None:
        ends.append(model.action("answer", store.models).ask(call, fine))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.bodies) == 3, "each sets aside a dollar of three until it is known what it took"
    assert sorted(e.kind for e in ends if isinstance(e, Failure)) == ["spent"] * 5
    spent = store.models.spending()
    assert (spent.tokens_in, spent.tokens_out, spent.calls) == (270, 30, 3)
    assert spent.usd == Decimal("0.6")
    store.close()


def test_free_text_goes_to_a_stranger_only_under_an_agreement_for_that_host(
    server: ModelServer, tmp_path: Path
) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/cases.db")
    call = prompts()["answer"].call({"question": Given(text="canary"), "statements": Given()})
    far = endpoint(server.url, loopback=False, host="far.example")
    near = LanguageModel(endpoint(server.url), SecretStr(KEY))

    def ends() -> str:
        model = LanguageModel(far, SecretStr(KEY), first_wait=0.01)
        model._made = near.client()  # where the words would go, without a network
        said = model.action("answer", store.models).ask(call, fine)
        return said.kind if isinstance(said, Failure) else "sent"

    assert (ends(), server.bodies) == ("agreement", [])
    store.models.agree("other.example", "R. Ortiz")
    assert (ends(), server.bodies) == ("agreement", [])
    store.models.agree("far.example", "R. Ortiz")
    assert ends() == "shape"
    sent = len(server.bodies)
    assert sent
    store.models.agree("far.example", "R. Ortiz", given=False)
    assert ends() == "agreement"
    assert len(server.bodies) == sent
    store.close()


def test_where_nothing_can_be_written_down_nothing_is_sent(server: ModelServer, make: Make, tmp_path: Path) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/cases.db")
    with store._database.writing("test") as link:
        link.exec_driver_sql("DROP TABLE model_spending")
    priced = make(price_in=Decimal(5), price_out=Decimal(20))
    said = priced.action("answer", store.models).ask(connection(), fine)
    assert isinstance(said, Failure)
    assert (said.kind, server.bodies) == ("storage", [])
    store.close()


def test_the_key_is_in_the_header_only(server: ModelServer, action: Action) -> None:
    action.ask(connection(), fine)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in server.sent
    assert KEY not in repr(action) + str(vars(action.model)) + repr(action.model.client())


def test_libraries_would_log_requests_were_they_let(
    server: ModelServer, action: Action, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The twin of the silence above: with it taken away, requests stand in the log."""
    monkeypatch.setattr("workflows.adapters.upstream._silence", lambda: None)
    open_logs(caplog)
    action.ask(connection(), fine)
    assert logged(caplog)


def test_a_request_says_what_is_asked_and_nothing_of_this_machine(
    server: ModelServer, records: ModelRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-canary")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-canary")
    model = LanguageModel(endpoint(server.url), SecretStr(KEY))
    model.action("answer", records).ask(connection(), fine)
    model.action("answer", records).ask(connection(), fine, lambda piece: None)
    assert set(server.headers[0]) == {
        "host", "authorization", "content-type", "content-length", "accept", "accept-encoding", "connection", "user-agent",
    }  # fmt: skip
    assert server.headers[0]["user-agent"] == "parley"
    for body in server.bodies:
        assert set(body) == {"model", "messages", "stream", "temperature", "max_tokens", "response_format"}
        assert [m["role"] for m in body["messages"]] == ["system", "user"]


def test_leaving_the_page_in_mid_stream_is_no_fault_of_the_host(
    server: ModelServer, make: Make, records: ModelRecords
) -> None:
    class Left(BaseException):
        pass

    def leave(piece: str) -> None:
        raise Left

    model = make(price_in=Decimal(5), price_out=Decimal(5))
    before = records.spending()
    for _ in range(6):
        with pytest.raises(Left):
            model.action("answer", records).ask(connection(), fine, leave)
    assert not model.breaker.state.resting
    after = records.spending()
    assert after.calls - before.calls == 6
    assert Decimal(0) < after.usd - before.usd < Decimal("0.01")


def test_an_error_of_the_client_never_gets_out(
    server: ModelServer, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **other: object) -> None:
        raise RuntimeError(KEY)

    monkeypatch.setattr("workflows.adapters.upstream._whole", breaks)
    said = action.ask(connection(), fine)
    assert isinstance(said, Failure)
    assert said.kind == "garbled"
    assert KEY not in repr(said)


def test_a_client_that_cannot_be_made_is_a_failure_too(
    server: ModelServer, records: ModelRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **other: object) -> None:
        raise ImportError(KEY)

    monkeypatch.setattr("workflows.adapters.language_model.client_of", breaks)
    said = LanguageModel(endpoint(server.url), SecretStr(KEY), first_wait=0.01).action("answer", records)
    assert isinstance(said.ask(connection(), fine), Failure)
