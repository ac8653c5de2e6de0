"""Reads a payer's machine-readable in-network file (Transparency in Coverage, JSON or .json.gz) for some codes only.

Such files run to gigabytes, so ijson streams them: one event at a time, and of each item no more than a count for each
different price. What bounds memory is checked on the way: the length of one value, how far a gzip may grow, and how
many different prices an item may have.
"""

import gzip
import hashlib
import io
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import ijson

from workflows.adapters.unpack import GZIP
from workflows.domain.claims import Progress
from workflows.domain.errors import Refused
from workflows.domain.medicare import Setting
from workflows.domain.published import Places, Published, PublishedPrice

MOST_BYTES = 2_000_000_000  # as the file lies there
GROWTH, ANYWAY = 200, 50_000_000  # a gzip's unpacked bytes for one packed; below `ANYWAY` it is not asked
LONGEST = 4_000_000  # bytes without the end of one value
DEEPEST = 40  # an in-network file nests nine deep
MOST_PRICES = 200_000  # different prices of one item
_ITEM = "in_network.item"
_RATE = f"{_ITEM}.negotiated_rates.item"
_PRICE = f"{_RATE}.negotiated_prices.item"
_REFERENCE = f"{_RATE}.provider_references.item"
_GROUP = ((f"{_RATE}.provider_groups.item", "start_map"), (_REFERENCE, "number"), (_REFERENCE, "string"))
_DOLLARS = ("negotiated", "fee schedule")
_AGAIN = "Download it again, and choose the payer's in-network file as it is (.json or .json.gz)."
Key = tuple[str, Setting | None, Decimal]  # modifier, setting, price


class Upload(NamedTuple):
    """A file that came over the web: its name and content."""

    name: str
    content: bytes


def read_published(
    given: Path | Upload,
    codes: Collection[str],
    places: Places,
    *,
    progress: Progress | None = None,
    most: int = MOST_BYTES,
) -> Published:
    """The spread of prices of the codes. Raises Refused for what is no in-network file, or is damaged or too large."""
    with _Bytes(given, most) as source:
        reading = _Reading(given.name, frozenset(codes), places)
        try:
            for count, (prefix, event, value) in enumerate(_events(source, given.name)):
                source.waiting = 0
                if not reading.unasked or prefix == _ITEM:
                    reading.take(prefix, event, value)
                if progress and count % 200_000 == 0:
                    progress(source.taken, source.size)
            if progress:
                progress(source.size, source.size)
        except ijson.JSONError as error:
            raise Refused(f"cannot be read as JSON ({_first_line(error)})", where=given.name, todo=_AGAIN) from error
        except (UnicodeDecodeError, ArithmeticError, ValueError) as error:
            raise Refused("holds a value that cannot be read", where=given.name, todo=_AGAIN) from error
        return reading.found(source.sha256())


def _events(source: "_Bytes", name: str) -> Iterator[tuple[str, str, Any]]:
    """Each event of the file with the names that lead to it ("in_network.item.billing_code"). Not by ijson's own
    `parse`, which joins the names anew for each event and has no bound on depth."""
    at, above = "", list[str]()
    for event, value in ijson.basic_parse(source, buf_size=1 << 18):
        if event == "map_key":
            at = f"{above[-1]}.{value[:200]}" if above[-1] else value[:200]
            yield above[-1], event, value
        elif event in ("start_map", "start_array"):
            yield at, event, value
            above.append(at)
            if len(above) > DEEPEST:
                raise Refused(f"is nested more than {DEEPEST} deep", where=name, todo=_AGAIN)
            if event == "start_array":
                at = f"{at}.item" if at else "item"
        elif event in ("end_map", "end_array"):
            at = above.pop()
            yield at, event, value
        else:
            yield at, event, value


class _Reading:
    """What is known of the file so far; `codes` are the only ones counted."""

    def __init__(self, name: str, codes: frozenset[str], places: Places) -> None:
        self._name, self._codes, self._places = name, codes, places
        self._said: dict[str, str] = {}
        self._in_network = False
        self._sums: dict[str, Counter[Key]] = {}
        self._left_out: Counter[str] = Counter()
        self._item: dict[str, str] = {}
        self._counted: Counter[Key] = Counter()
        self._skipped: Counter[str] = Counter()
        self.unasked = False  # the rest of this item need not be looked at
        self._groups = 0
        self._block: list[Key] = []
        self._price: dict[str, Any] = {}

    def take(self, prefix: str, event: str, value: Any) -> None:
        """One event of the file."""
        if not prefix.startswith(_ITEM):
            self._outside(prefix, event, value)
        elif prefix == _PRICE and event == "end_map":
            self._end_price()
        elif prefix.startswith(_PRICE):
            self._of_price(prefix.removeprefix(_PRICE), event, value)
        elif prefix == _RATE and event == "end_map":
            for key in self._block:
                self._counted[key] += max(self._groups, 1)
            self._groups, self._block = 0, []
        elif (prefix, event) in _GROUP:
            self._groups += 1
        elif prefix == _ITEM and event == "end_map":
            self._end_item()
        elif prefix.count(".") == 2 and event == "string":
            self._item[prefix.removeprefix(f"{_ITEM}.")] = value
            self.unasked = (
                "billing_code" in self._item and self._item["billing_code"].strip().upper() not in self._codes
            )

    def found(self, sha256: str) -> Published:
        """The spreads, in order of code, modifier and setting."""
        if not self._in_network:
            what = "is no in-network file"
            if {"reporting_structure", "out_of_network"} & self._said.keys():
                listed = "reporting_structure" in self._said
                what = "is a table of contents" if listed else "is an allowed-amounts file (out of network)"
            raise Refused(what, where=self._name, todo="Choose the payer's in-network file (.json or .json.gz).")
        prices = [p for code in sorted(self._sums) for p in _spreads(code, self._sums[code])]
        if not prices:
            todo = "Take another of the payer's files: each holds one network or product."
            raise Refused("has no professional price for the codes asked for", where=self._name, todo=todo)
        return Published(
            name=self._name,
            sha256=sha256,
            entity=self._said.get("reporting_entity_name", "")[:200],
            dated=_day(self._said.get("last_updated_on", "")),
            prices=tuple(prices),
            left_out=dict(self._left_out),
        )

    def _outside(self, prefix: str, event: str, value: Any) -> None:
        if prefix == "in_network" and event == "start_array":
            self._in_network = True
        elif event == "string" and prefix in ("reporting_entity_name", "last_updated_on"):
            self._said[prefix] = value
        elif event == "map_key" and prefix == "":
            self._said.setdefault(value, "")

    def _of_price(self, name: str, event: str, value: Any) -> None:
        if event in ("string", "number"):
            if name.endswith(".item"):
                self._price.setdefault(name, []).append(str(value))
            else:
                self._price[name] = value

    def _end_price(self) -> None:
        told, self._price = self._price, {}
        rate, modifiers = told.get(".negotiated_rate"), told.get(".billing_code_modifier.item", [])
        if told.get(".billing_class", "professional") == "institutional":
            self._skipped["institutional"] += 1
        elif told.get(".negotiated_type") not in _DOLLARS or not isinstance(rate, (int, Decimal)):
            self._skipped["not a price in dollars"] += 1
        elif not 0 < rate < 10_000_000:
            self._skipped["no price anybody is paid"] += 1
        elif len(modifiers) > 1:
            self._skipped["several modifiers"] += 1
        else:
            until = _day(str(told.get(".expiration_date", "")))
            dated = _day(self._said.get("last_updated_on", ""))
            if until and dated and until < dated:
                self._skipped["expired"] += 1
            else:
                setting = self._setting(told.get(".service_code.item", []))
                self._block.append(("".join(modifiers).upper()[:2], setting, Decimal(rate).quantize(Decimal("0.01"))))

    def _setting(self, services: list[str]) -> Setting | None:
        """The one setting of all places of service named; None for both, for none, and for a payer's own signs."""
        try:
            found = {self._places(code) for code in services}
        except ValueError:
            return None
        return found.pop() if len(found) == 1 else None

    def _end_item(self) -> None:
        code = self._item.get("billing_code", "").strip().upper()
        counted = code in self._codes and self._item.get("billing_code_type", "").upper() in ("CPT", "HCPCS")
        if counted and self._item.get("negotiation_arrangement", "ffs").lower() == "ffs":
            self._sums.setdefault(code, Counter()).update(self._counted)
            self._left_out.update(self._skipped)
        elif counted:
            self._left_out["bundled or capitated"] += sum(self._counted.values())
        if any(len(c) > MOST_PRICES for c in (self._counted, *([self._sums[code]] if code in self._sums else []))):
            raise Refused(f"has more than {MOST_PRICES:,} prices for {code}", where=self._name, todo=_AGAIN)
        self._item, self._counted, self._skipped, self.unasked = {}, Counter(), Counter(), False
        self._groups, self._block, self._price = 0, [], {}


def _spreads(code: str, counted: Counter[Key]) -> Iterator[PublishedPrice]:
    for modifier, setting in sorted({key[:2] for key in counted}, key=str):
        prices = sorted((price, n) for (mod, where, price), n in counted.items() if (mod, where) == (modifier, setting))
        groups = sum(n for _, n in prices)
        reached = accumulate(n for _, n in prices)
        median = next(price for (price, _), seen in zip(prices, reached, strict=True) if seen * 2 >= groups)
        yield PublishedPrice(
            code=code, modifier=modifier, setting=setting, lowest=prices[0][0], median=median, highest=prices[-1][0],
            groups=groups,
        )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:80].strip()


def _opened(given: Path) -> tuple[int, IO[bytes]]:
    try:
        if not given.is_file():
            raise Refused("there is no such file", where=given.name, todo="Check the name and the folder.")
        return given.stat().st_size, given.open("rb")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise Refused(what, where=given.name, todo="Check the file's permissions.") from error


class _Bytes:
    """The bytes of the file as it unpacks, hashed and counted; `waiting` counts those since the last whole value."""

    def __init__(self, given: Path | Upload, most: int) -> None:
        self._name = given.name
        self._file: IO[bytes]
        if isinstance(given, Upload):
            self.size, self._file = len(given.content), io.BytesIO(given.content)
        else:
            self.size, self._file = _opened(given)
        if self.size > most:
            what = f"is {self.size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read"
            raise Refused(what, where=self._name, todo="Take a smaller file of the payer, of one network or product.")
        packed = self._file.read(2) == GZIP
        self._file.seek(0)
        self._source: IO[bytes] = gzip.GzipFile(fileobj=self._file, mode="rb") if packed else self._file  # type: ignore[assignment]
        self.taken = self.waiting = self._given = 0
        self._hash = hashlib.sha256()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        """The next bytes; none at the end, and none where none are asked for."""
        try:
            raw = self._source.read(size)
        except (EOFError, zlib.error, OSError) as error:
            raise Refused("is damaged: it cannot be unpacked", where=self._name, todo="Download it again.") from error
        self._given += len(raw)
        self.waiting += len(raw)
        self.taken = self._file.tell()
        self._hash.update(raw)
        if self.waiting > LONGEST:
            raise Refused("holds one value of more than 4 MB", where=self._name, todo=_AGAIN)
        if self._given > max(ANYWAY, self.size * GROWTH):
            todo = "It looks like a decompression bomb; download it again."
            raise Refused(f"unpacks to more than {GROWTH} times its size", where=self._name, todo=todo)
        return raw

    def sha256(self) -> str:
        """The hash of all that was read, as it unpacks."""
        return self._hash.hexdigest()
