"""One typed Settings from the environment (prefix PARLEY_); unsafe combinations refuse to start with a sentence.

Nothing here reaches out: no key, no network. Tracing switches that libraries read from the environment are turned
off by `quiet_libraries`, so that a stray variable cannot send a practice's words to somebody's server.

A language model is off unless PARLEY_MODEL names one; its host is set here and nowhere else, by who runs the program.
"""

import ipaddress
import os
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

OPENAI = "https://api.openai.com/v1"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# Addresses that hand out credentials of a machine although they are not link-local: Azure's host, Alibaba's metadata.
_METADATA = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "169.254.169.254")))
_CARRIES = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))  # NAT64; the old compatible form


class Settings(BaseSettings):
    """Where cases live, how large an input may be, and which language model may finish the prose.

    `database_url` is an SQLAlchemy URL (SQLite or PostgreSQL); empty means an SQLite file in the user's data folder.
    `max_upload_bytes` bounds every file that is read, `max_claims_bytes` one of claim lines, which is streamed.

    `model` (PARLEY_MODEL) switches a language model on; its key and address are OPENAI_API_KEY and OPENAI_BASE_URL.
    `model_answer_seconds` and `model_draft_seconds` bound the whole time of one action. `model_second_look` lets it read
    own words again. `model_daily_usd` is what a day may cost at `model_price_in` and `model_price_out` (USD a million
    tokens; unless set, cautious prices for a host on the network and none for loopback).
    """

    model_config = SettingsConfigDict(
        env_prefix="PARLEY_", frozen=True, hide_input_in_errors=True, populate_by_name=True
    )

    database_url: SecretStr = SecretStr("")
    data_dir: Path = user_data_path("parley", appauthor=False)
    max_upload_bytes: int = 10_000_000
    max_claims_bytes: int = 2_000_000_000
    model: str = ""
    openai_api_key: SecretStr = Field(default=SecretStr(""), validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    model_answer_seconds: float = Field(default=20, gt=0, le=600)  # a model on an office's own machine is slow
    model_draft_seconds: float = Field(default=60, gt=0, le=1800)
    model_second_look: bool = False  # no model was yet measured to read better than Parley's own reader
    model_daily_usd: Decimal = Field(default=Decimal(5), ge=0, le=1000)
    model_price_in: Decimal | None = Field(default=None, ge=0, le=1000)
    model_price_out: Decimal | None = Field(default=None, ge=0, le=1000)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value()
        if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("PARLEY_DATABASE_URL must begin with sqlite:/// or postgresql://")
        return url

    @model_validator(mode="after")
    def _safe_model(self) -> Self:
        if not self.model:
            return self  # the two OPENAI variables may be there for another program
        key = self.openai_api_key.get_secret_value()
        if not key and not self.openai_base_url:
            raise ValueError(
                "PARLEY_MODEL is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL: set one, or unset it"
            )
        if why := why_not_url(self.model_url):
            raise ValueError(f"OPENAI_BASE_URL {why}")
        if not key and not is_loopback_url(self.model_url):
            raise ValueError("OPENAI_BASE_URL is on the network, so OPENAI_API_KEY must be set too")
        return self

    @property
    def model_url(self) -> str:
        """The base URL of the model's endpoint, without a slash at its end."""
        return (self.openai_base_url or OPENAI).rstrip("/")

    @property
    def store_url(self) -> str:
        """The URL the store opens: the one configured, or the file in the data folder."""
        url = self.database_url.get_secret_value()
        if url.startswith("postgresql://"):
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        return url or f"sqlite:///{quote(str(self.data_dir / 'cases.db'))}"


def is_loopback_url(url: str) -> bool:
    """Whether a URL names this machine itself."""
    return (urlsplit(url).hostname or "") in _LOOPBACK_NAMES


def why_not_url(url: str) -> str:
    """Why a base URL is not taken, as the rest of a sentence; "" where it is. Names are looked at again, by address,
    when a connection is made."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no web address"
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in url) or not host or not host.isascii():
        return "is no web address"
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return "must be a plain address, without user, password, question mark or hash"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK_NAMES):
        return "must begin with https:// (http:// is for 127.0.0.1, ::1 and localhost only)"
    if host in _LOOPBACK_NAMES:
        return ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        # 2130706433, 0x7f.1 and 127.1 are addresses to a system's resolver; a name's last part is never a number
        if host.rstrip(".").rpartition(".")[2][:1].isdigit() or "." not in host.strip("."):
            return "names no host on the network"
        return ""
    return "" if not why_not_address(str(address), loopback=False) else "leads to an address that is not allowed"


def why_not_address(address: str, *, loopback: bool) -> str:
    """Why a connection to an IP address is not made, or "". To loopback where the endpoint is on this machine, else
    to public addresses only: no private, link-local, metadata or reserved ones, nor such inside an IPv6 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _inside(ip)
    if loopback:
        return "" if ip.is_loopback else "is not this machine"
    for one in (ip, inner):
        if one is not None and (not one.is_global or one.is_multicast or one in _METADATA):
            return "is not a public address"
    return ""


def _inside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address carries."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if any(ip in network for network in _CARRIES):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def data_dir() -> Path:
    """The data folder alone: a page asks for it many times, so it is worked out anew only where the variable changed."""
    return _data_dir(os.environ.get("PARLEY_DATA_DIR"))


@lru_cache(maxsize=8)
def _data_dir(_: str | None) -> Path:
    return Settings().data_dir


def quiet_libraries() -> None:
    """Turn off the tracing and telemetry that libraries switch on by environment variable."""
    for name in (
        "LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGGRAPH_TRACING",
        "ANONYMIZED_TELEMETRY", "LANGCHAIN_VERBOSE", "LANGCHAIN_DEBUG",
    ):  # fmt: skip
        os.environ[name] = "false"
    os.environ.pop("OPENAI_LOG", None)  # it makes the client log whole requests, prompts and all
