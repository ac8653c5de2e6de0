"""The model's side of the desk: asking with every promise kept, the agreement, what was spent, and a connection test.

The one door for call sites: `Desk.models.action(pace).ask(prompt, given, accept, private)`. What comes is a Reply or a
Failure, so the plain version stands whatever happens; nothing that tells something private, or a patient's detail, is
sent at all.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from workflows import grounding
from workflows.catalog.prompts import prompts
from workflows.domain.errors import ParleyError, Refused
from workflows.domain.evidence import PrivateEvidence
from workflows.domain.model import Endpoint, Failure, Given, ModelStanding, Pace, Prompt, Reply
from workflows.settings import Settings, is_loopback_url

if TYPE_CHECKING:
    from decimal import Decimal

    from pydantic import SecretStr

    from workflows.adapters.language_model import Accept, Action, LanguageModel
    from workflows.adapters.model_records import ModelRecords
    from workflows.adapters.upstream import Hear
    from workflows.casework.desk import Desk

DEAR_IN, DEAR_OUT = 5, 20
"""USD a million tokens for a host on the network whose prices nobody has set: above what most models cost, so that
the cap stops rather too early."""
_OPENING = Lock()


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint that the settings name, or None where no model is switched on."""
    from decimal import Decimal
    from urllib.parse import urlsplit

    if not settings.model:
        return None
    loopback = is_loopback_url(settings.model_url)

    def price(given: "Decimal | None", dear: int) -> "Decimal":
        return given if given is not None else Decimal(0 if loopback else dear)

    return Endpoint(
        base_url=settings.model_url,
        host=urlsplit(settings.model_url).netloc.lower(),
        model=settings.model,
        loopback=loopback,
        answer_seconds=settings.model_answer_seconds,
        draft_seconds=settings.model_draft_seconds,
        price_in=price(settings.model_price_in, DEAR_IN),
        price_out=price(settings.model_price_out, DEAR_OUT),
        daily_usd=settings.model_daily_usd,
    )


def _model(endpoint: Endpoint, key: "SecretStr") -> "LanguageModel":
    """One gateway for an endpoint and its key in a process: it knows what the endpoint takes and how it fares."""
    with _OPENING:
        return _one_model(endpoint, key)


@lru_cache(maxsize=2)
def _one_model(endpoint: Endpoint, key: "SecretStr") -> "LanguageModel":
    from workflows.adapters.language_model import LanguageModel

    return LanguageModel(endpoint, key)


class ModelAction:
    """One thing a user asked for. However many prompts it takes, they share one deadline and three upstream calls."""

    def __init__(self, action: "Action | None") -> None:
        self._action = action

    def ask(
        self,
        prompt: str,
        given: Mapping[str, Given],
        accept: "Accept",
        *,
        private: Iterable[PrivateEvidence] = (),
        on_text: "Hear | None" = None,
    ) -> Reply | Failure:
        """What a model makes of a prompt. `accept` says whether the caller can stand by a reply; `private` is what the
        open case keeps to itself: where an input tells any of it, nothing is sent. `on_text` streams raw, unchecked
        text. Raises nothing a page must know."""
        if self._action is None:
            return Failure(kind="off")
        declared = _prompt(prompt)
        clean = {name: _clean(one) for name, one in given.items()}
        free = [clean[name].written() for name, wanted in declared.inputs.items() if wanted.free and name in clean]
        if any(grounding.patient_detail(text) for text in free):
            return Failure(kind="patient")
        if grounding.tells_private("\n".join(free), private):
            return Failure(kind="private")
        return self._action.ask(declared.call(clean), accept, on_text)


class ModelDesk:
    """What a user can do with the language model that the administrator set up."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @cached_property
    def _settings(self) -> Settings:
        return Settings()

    @cached_property
    def endpoint(self) -> Endpoint | None:
        """Where a model would be asked; None where none is set up, or the desk has no database to keep records in."""
        return endpoint_of(self._settings) if self._desk.has_store else None

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What is said to a model, for who wants to read it."""
        return tuple(prompts().values())

    def ready(self) -> bool:
        """Whether words of the user would be sent. Costs little where no model is set up; where storage has trouble
        nothing is sent."""
        try:
            endpoint = self.endpoint
            return endpoint is not None and (endpoint.loopback or self._records.agreement(endpoint.host) is not None)
        except ParleyError:
            return False

    def standing(self) -> ModelStanding:
        """How things are: endpoint, agreement, spending today, breaker."""
        endpoint = self.endpoint
        if endpoint is None:
            return ModelStanding()
        records = self._records
        return ModelStanding(
            endpoint=endpoint,
            agreement=records.agreement(endpoint.host),
            spending=records.spending(),
            breaker=_model(endpoint, self._settings.openai_api_key).breaker.state,
        )

    def action(self, pace: Pace) -> ModelAction:
        """Begin one thing that a user asked for; its time runs from here."""
        endpoint = self.endpoint
        if endpoint is None:
            return ModelAction(None)
        return ModelAction(_model(endpoint, self._settings.openai_api_key).action(pace, self._records))

    def warm(self) -> None:
        """Load what the first call needs, where a model is set up; reaches nobody."""
        if endpoint := self.endpoint:
            _model(endpoint, self._settings.openai_api_key).open()

    def test_connection(self) -> Reply | Failure:
        """Ask the host for a word. Nothing of the user's is in it, so no agreement is needed."""
        return self.action("answer").ask("connection", {}, lambda value: True)

    def agree(self, who: str) -> None:
        """Record that an agreement for the host is on file; `who` is the person who says so."""
        self._record(who, given=True)

    def revoke(self, who: str) -> None:
        """Record that it no longer is; from now on no free text is sent."""
        self._record(who, given=False)

    def _record(self, who: str, *, given: bool) -> None:
        endpoint = self.endpoint
        if endpoint is None:
            raise Refused("no language model is set up", todo="Set PARLEY_MODEL first.")
        name = " ".join(grounding.strip_invisible(who).split())[:80]
        if not name:
            raise Refused("it is not said who records this", where="Recorded by", todo="Write your name.")
        self._records.agree(endpoint.host, name, given=given)

    @property
    def _records(self) -> "ModelRecords":
        return self._desk.store.models


def _prompt(name: str) -> Prompt:
    return prompts()[name]


def _clean(given: Given) -> Given:
    """Characters that nobody sees carry instructions, so they do not go out."""
    strip = grounding.strip_invisible
    return given.model_copy(
        update={"text": strip(given.text), "numbered": tuple((n, strip(text)) for n, text in given.numbered)}
    )
