"""What the gateway adds to a bare call: `uv run python benchmarks/models.py [CALLS]`.

Both ask the same server on loopback, in turns: a reply of some 90 tokens, the first after 250 ms, one piece every 15 ms
(about the pace of a hosted model). Medians of seconds to the first words and to the end, their difference and ratio;
then the same with no waiting at all, which is the gateway's own work. The gateway checks, books and guards; the bare
call is the openai client with its own transport.
"""

import json
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import openai
from pydantic import SecretStr

from tests.model_server import ModelServer, serving
from workflows.adapters.language_model import LanguageModel
from workflows.adapters.model_records import ModelRecords
from workflows.adapters.store import CaseStore
from workflows.catalog.prompts import prompts
from workflows.domain.model import Call, Endpoint, Given, Reply, asked_in

SAID = json.dumps({"sentences": [{"sentence": "Ask for it in writing. " * 8, "passages": [1], "quote": "x" * 40}]})


def main(calls: int) -> None:
    """Print both tables."""
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        server.says = lambda body: SAID
        store = CaseStore.open(f"sqlite:///{folder}/cases.db")
        statements = tuple(
            (n, "A statement of the guidance, some twenty words long, as they are. " * 2) for n in range(15)
        )
        call = prompts()["answer"].call({"question": Given(text="What now?"), "statements": Given(numbered=statements)})
        for title, delay, pace in (("at the pace of a hosted model", 0.25, 0.015), ("without waiting", 0.0, 0.0)):
            server.delay, server.pace = delay, pace
            for priced in (False, True):
                compare(f"{title}, {'priced' if priced else 'free'}", server, store.models, call, calls, priced=priced)
        store.close()


def compare(title: str, server: ModelServer, records: ModelRecords, call: Call, calls: int, *, priced: bool) -> None:
    """One table: bare and through the gateway, in turns."""
    price = Decimal(5 if priced else 0)
    endpoint = Endpoint(
        base_url=server.url, host="127.0.0.1", model="stub", loopback=True, answer_seconds=20, draft_seconds=60,
        price_in=price, price_out=price, daily_usd=Decimal(1000),
    )  # fmt: skip
    model = LanguageModel(endpoint, SecretStr("none"))
    model.open()
    client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    took: dict[str, list[tuple[float, float]]] = {"bare": [], "gateway": []}
    for _ in range(calls + 2):
        took["bare"].append(bare(client, call))
        took["gateway"].append(gateway(model, records, call))
    print(f"{title}: {calls} calls each, medians")
    (first, total), (our_first, our_total) = (
        tuple(statistics.median(column) for column in zip(*took[name][2:], strict=True)) for name in ("bare", "gateway")
    )
    print(
        f"  first words  bare {first * 1000:7.1f} ms  gateway {our_first * 1000:7.1f} ms  {(our_first - first) * 1000:+.1f} ms"
    )
    print(f"  whole reply  bare {total * 1000:7.1f} ms  gateway {our_total * 1000:7.1f} ms  x {our_total / total:.3f}")


def bare(client: openai.OpenAI, call: Call) -> tuple[float, float]:
    """Seconds to the first words and to the end of a call of the client alone."""
    began, first = time.perf_counter(), 0.0
    schema = {"name": call.prompt, "strict": True, "schema": call.reply.json_schema()}
    with client.chat.completions.create(
        model="stub",
        messages=[{"role": "system", "content": asked_in(call, "json_schema")}, {"role": "user", "content": call.data}],
        response_format={"type": "json_schema", "json_schema": schema},  # type: ignore[typeddict-item]
        max_tokens=call.most_tokens,
        stream=True,
    ) as stream:
        for piece in stream:
            if piece.choices and piece.choices[0].delta.content:
                first = first or time.perf_counter() - began
    return first, time.perf_counter() - began


def gateway(model: LanguageModel, records: ModelRecords, call: Call) -> tuple[float, float]:
    """The same through the gateway."""
    began = time.perf_counter()
    heard: list[float] = []
    said = model.action("answer", records).ask(
        call, lambda value: True, lambda piece: heard.append(time.perf_counter())
    )
    assert isinstance(said, Reply), said
    return heard[0] - began, time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
