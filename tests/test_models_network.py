"""Where a model may be asked at all: which addresses are taken, looked at again when a connection is made."""

import ipaddress
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpcore2
import pytest
from pydantic import ValidationError

from tests.model_server import ModelServer, serving
from tests.no_network import only_loopback
from workflows.adapters import guarded_network
from workflows.adapters.guarded_network import AddressRefused, Allowance, allowed, guarded_client
from workflows.casework import Desk
from workflows.domain.errors import Refused
from workflows.settings import Settings, why_not_address, why_not_url

TAKEN = (
    "https://api.openai.com/v1", "https://llm.hospital.example:8443/v1", "https://8.8.8.8/v1", "http://127.0.0.1:8000/v1",
    "http://localhost:8000/v1", "https://localhost/v1", "http://[::1]:8000/v1",
)  # fmt: skip
REFUSED = (
    "http://api.openai.com/v1", "ftp://api.openai.com", "https://169.254.169.254/latest", "https://10.0.0.4/v1",
    "https://192.168.1.9/v1", "https://172.16.0.1/v1", "https://[fd00:ec2::254]/v1", "https://[fe80::1]/v1",
    "https://[::ffff:169.254.169.254]/v1", "https://[2002:a9fe:a9fe::]/v1", "https://[64:ff9b::a9fe:a9fe]/v1",
    "https://100.100.100.200/v1", "https://168.63.129.16/v1", "https://0.0.0.0/v1", "https://2130706433/v1",
    "https://0x7f.1/v1", "https://127.1/v1", "https://user:word@api.openai.com/v1", "http://127.0.0.1@evil.example/v1",
    "https://api.openai.com/v1?x=1", "https://api.openai.com/v1#x", "https://intranet/v1", "https:///v1", "",
    "https://a b.example/v1", "https://evil.example\\@api.openai.com/v1", "https://api.openai.com:99999/v1",
    "http://127.0.0.2:80/v1", "https://bücher.example/v1", "file:///etc/passwd",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_model_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARLEY_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with serving() as running:
        running.says = lambda body: '{"ready": true}'
        yield running


@pytest.mark.parametrize("url", TAKEN)
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert why_not_url(url) == ""


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_safe_is_refused_in_a_sentence(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_not_url(url)
    monkeypatch.setenv("PARLEY_MODEL", "some-model")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("OPENAI_BASE_URL", url or "none")
    with pytest.raises(ValidationError, match="OPENAI_BASE_URL") as refusal:
        Settings()
    assert "sk-canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"PARLEY_MODEL": "m"}, "neither OPENAI_API_KEY nor OPENAI_BASE_URL"),
        ({"PARLEY_MODEL": "m", "OPENAI_BASE_URL": "https://far.example/v1"}, "OPENAI_API_KEY must be set too"),
        ({"PARLEY_MODEL_DAILY_USD": "-1"}, "model_daily_usd"),
        ({"PARLEY_MODEL_ANSWER_SECONDS": "0"}, "model_answer_seconds"),
        ({"PARLEY_MODEL_DRAFT_SECONDS": "inf"}, "model_draft_seconds"),
    ],
)
def test_settings_that_do_not_go_together_refuse_to_start(
    given: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=says):
        Settings()


def test_a_key_alone_switches_nothing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://169.254.169.254/for-another-program")
    settings = Settings()
    assert settings.model == ""
    assert "sk-canary" not in repr(settings)


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names lead to these addresses, one list a look-up, the last from then on; gives the names asked."""
    asked: list[str] = []
    left = list(answers)

    def look_up(host: str, port: int, **rest: Any) -> list[Any]:
        asked.append(host)
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(guarded_network.socket, "getaddrinfo", look_up)
    return asked


def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections go, none of which is made."""
    made: list[str] = []

    def connect(self: object, host: str, *rest: object, **other: object) -> None:
        made.append(host)
        raise httpcore2.ConnectError("no network here")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    return made


def fetch(url: str, *, loopback: bool, seconds: float = 5) -> BaseException | None:
    client = guarded_client(loopback=loopback)
    try:
        with allowed(Allowance(time.monotonic() + seconds)):
            client.post(url, json={})
    except Exception as error:  # noqa: BLE001 - any of them is an outcome here
        return error
    finally:
        client.close()
    return None


@pytest.mark.parametrize(
    "addresses",
    [
        ["169.254.169.254"],
        ["10.1.2.3"],
        ["127.0.0.1"],
        ["::1"],
        ["fe80::1"],
        ["93.184.215.14", "10.0.0.1"],
        ["0.0.0.0"],
    ],
)
def test_a_name_that_leads_inside_is_not_connected_to(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, addresses)
    made = connections(monkeypatch)
    assert isinstance(fetch("https://rebinding.example/v1", loopback=False), AddressRefused)
    assert made == []


def test_a_name_is_looked_up_once_and_the_connection_goes_where_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolver(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    made = connections(monkeypatch)
    assert fetch("https://rebinding.example/v1", loopback=False) is not None
    assert (asked, made) == (["rebinding.example"], ["93.184.215.14"])


def test_without_the_check_the_connection_would_have_gone_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, ["169.254.169.254"])
    made = connections(monkeypatch)
    monkeypatch.setattr(guarded_network, "why_not_address", lambda address, loopback: "")
    fetch("https://rebinding.example/v1", loopback=False)
    assert made == ["169.254.169.254"]


def test_localhost_that_leads_away_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, ["93.184.215.14"])
    made = connections(monkeypatch)
    assert isinstance(fetch("http://localhost:9/v1", loopback=True), AddressRefused)
    assert made == []


def test_a_look_up_without_end_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setattr(guarded_network.socket, "getaddrinfo", lambda *a, **k: [stop.wait(10)][:0])
    began = time.monotonic()
    assert fetch("https://slow.example/v1", loopback=False, seconds=0.3) is not None
    assert time.monotonic() - began < 3
    stop.set()


def test_a_request_outside_an_action_does_not_go_out(server: ModelServer) -> None:
    client = guarded_client(loopback=True)
    with pytest.raises(Exception, match="used up"):
        client.post(f"{server.url}/chat/completions", json={})
    assert server.bodies == []


def test_a_redirect_is_not_followed(server: ModelServer) -> None:
    server.fault = "redirect"
    assert fetch(f"{server.url}/chat/completions", loopback=True) is None
    assert server.paths == ["/v1/chat/completions"]
    server.reset()


def test_proxies_of_the_environment_are_not_used(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    server.says = lambda body: "{}"
    assert fetch(f"{server.url}/chat/completions", loopback=True) is None
    assert server.paths[-1] == "/v1/chat/completions"


def test_public_addresses_are_told_from_all_others() -> None:
    for network in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
                    "224.0.0.0/4", "240.0.0.0/4", "fc00::/7", "fe80::/10", "ff00::/8", "::/128", "::1/128"):  # fmt: skip
        inside = ipaddress.ip_network(network)
        for address in (inside[0], inside[-1], inside[inside.num_addresses // 2]):
            assert why_not_address(str(address), loopback=False), address
    for address in ("1.1.1.1", "104.18.7.192", "2606:4700::6812:7c0"):
        assert why_not_address(address, loopback=False) == ""


def test_whoever_leaves_the_machine_in_a_test_is_stopped_and_written_down() -> None:
    with only_loopback() as tried:
        for far in ("203.0.113.1", "2001:db8::1", "far.example"):
            with pytest.raises(OSError, match="without a network"):
                socket.create_connection((far, 9), 0.1)
        with socket.create_server(("127.0.0.1", 0)) as near:
            socket.create_connection(near.getsockname(), 5).close()
    assert tried == ["203.0.113.1", "2001:db8::1", "far.example"]


def test_the_app_says_in_a_sentence_which_settings_do_not_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_MODEL", "m")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://169.254.169.254/v1")
    with pytest.raises(
        Refused, match=r"settings: OPENAI_BASE_URL leads to an address that is not allowed\."
    ) as refusal:
        Desk.open()
    assert "sk-canary" not in str(refusal.value)
    done = subprocess.run([sys.executable, "-m", "workflows.cli", "serve"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "settings: OPENAI_BASE_URL leads to an address that is not allowed"
