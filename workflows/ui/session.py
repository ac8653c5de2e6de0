"""What a browser session remembers: which case and step are open, and what the desk last said. Never a case itself.

The database is the truth, so a reload or another server process loses nothing. The address of the page carries the case
and the step; a click in the navigation drops them from it, so `remember` writes them back on every run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import streamlit as st

from workflows.domain.errors import NotFound, ParleyError

if TYPE_CHECKING:
    from streamlit import Page as StreamlitPage

    from workflows.casework import Desk
    from workflows.domain.answers import Contradiction
    from workflows.domain.case import Case, StepProgress
    from workflows.domain.draft import Document, Draft, Objection

REVIEW = "review"
"""The pseudo-step after the last one, where every answer is shown."""
PAGES = {
    "cases": ("Cases", "Begin, open, export or delete a case."),
    "interview": ("Interview", "One step at a time: what this practice can show."),
    "rates": (
        "Rates",
        "Your fees against Medicare and your other payers, and what the ask is worth.",
    ),
    "contracts": (
        "Contract",
        "The clauses of your agreement that can hurt, with page and words, and the dates that rule.",
    ),
    "leverage": ("Leverage", "Why the payer should say yes, and how strong each reason is."),
    "ultimatum": ("Ultimatum", "Take it or leave it? Clocks, moves, words and a plan."),
    "letters": ("Letters", "Drafts beside their evidence; approve and export."),
    "ask": ("Ask", "What to do now: answers with the source of every sentence."),
    "articles": ("Guidance", "All articles to browse and search."),
    "settings": ("Settings", "The language model, if any: which host, what leaves, what it cost."),
}
_KEPT = ("case", "step", "document", "article")


@st.cache_resource(show_spinner=False)
def desk() -> "Desk":
    """The one desk of this server. Holds no case, so it may serve every session."""
    from workflows.casework import Desk
    from workflows.settings import quiet_libraries

    quiet_libraries()
    opened = Desk.open()
    print(opened.store.describe(), flush=True)
    return opened


def page(name: str) -> "StreamlitPage":
    """A page by the name of its file."""
    title, tip = PAGES[name]
    file = Path(__file__).parent / "pages" / f"{name}.py"
    # No icon here: Streamlit would make it the icon of the browser's tab and fetch it from a font server.
    return st.Page(file, title=title, help=tip, url_path=name, default=name == "cases")


def recall() -> None:
    """Take case, step and document from the address, which wins over what the session remembers."""
    for name in _KEPT:
        if given := st.query_params.get(name):
            st.session_state[name] = given


def remember() -> None:
    """Write case, step and document back into the address of the page."""
    for name in _KEPT:
        value = st.session_state.get(name)
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value and name in st.query_params:
            del st.query_params[name]


def opened_case() -> "Case | None":
    """The case that is open, as it is now; None when none is."""
    case_id = st.session_state.get("case")
    if not case_id:
        return None
    try:
        return desk().case(case_id)
    except NotFound:
        close_case()
        say("That case is not here: it was deleted, or the address is not complete.")
        return None


def progress(case: "Case") -> "tuple[StepProgress, ...]":
    """How far each step is."""
    return desk().progress(case.id)


def contradictions(case: "Case") -> "tuple[Contradiction, ...]":
    """What cannot all be true. Cheap, unlike the whole standing: claims and worth are worked out where they are shown."""
    return desk().derive(case).contradictions


def objections(case: "Case", draft: "Draft") -> "tuple[Objection, ...]":
    """What the guard has against a draft; worked out once for each version of the case."""
    return _objections(case.id, case.version, draft.document, draft.provenance.day)


@lru_cache(maxsize=32)
def _objections(case_id: str, version: int, document: "Document", day: date) -> "tuple[Objection, ...]":
    case = desk().case(case_id)
    return desk().letters.objections(case, desk().letters.draft(case, document, today=day))


def open_case(case_id: str, step: str = "") -> None:
    """Make `case_id` the case that is open, at `step` or at the start."""
    close_case()
    st.session_state["case"] = case_id
    st.session_state["step"] = step


def close_case() -> None:
    """Forget the open case and everything that was on screen for it."""
    for name in (*_KEPT, "slot"):
        st.session_state.pop(name, None)
        st.query_params.pop(name, None)
    fresh()


def fresh() -> None:
    """Forget what was on screen, so that the next run shows the case as it is."""
    for name in ("screen", "refused", "conflict", "words", "wording"):
        st.session_state.pop(name, None)


def keep_wording() -> bool:
    """Keep what was typed for the open sentence of a letter; False when it is refused, which the next run tells."""
    if not (open_sentence := st.session_state.get("wording")):
        return True
    document, slot, at, shown = open_sentence
    typed = st.session_state.get(at, shown)
    if typed == shown:
        return True
    with told():
        desk().letters.edit(st.session_state["case"], document, slot, typed)
        say("Your wording is kept.", "done")
        return True
    return False


def goto(name: str) -> NoReturn:
    """Go to another page; for callbacks, after everything else."""
    st.switch_page(page(name))


def say(sentence: str, kind: str = "error") -> None:
    """Leave a sentence to be shown once, on the next run."""
    st.session_state["said"] = (kind, sentence)


def said() -> tuple[str, str] | None:
    """What was left to be shown, once."""
    found = st.session_state.pop("said", None)
    return (str(found[0]), str(found[1])) if found else None


@contextmanager
def told() -> Iterator[None]:
    """What the desk refuses inside is said on the page, in the desk's own sentence."""
    try:
        yield
    except ParleyError as error:
        say(str(error))
