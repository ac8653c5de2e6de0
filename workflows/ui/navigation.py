"""The pages, the sidebar and the order in which a run goes: address, page, and one sentence where something fails.

Run by `streamlit run app.py`, or as a file by `parley serve`, which starts it from an installed package.
"""

import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Literal

if __name__ in ("__main__", "navigation"):  # started as a file: the folder above the package is not on the path then
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st

from workflows.domain.errors import ParleyError
from workflows.ui import questions, session, sidebar, widgets

_first_page = threading.Event()
"""Set once this server has shown a page: until then what later pages need would only be in its way."""

_first_case = threading.Event()
"""Set once a case has been shown: what that loaded (its review, its fees) stays, and is looked through no more."""

_ending = threading.Event()


def main() -> None:
    """One run of the app."""
    shown = st.navigation([session.page(name) for name in session.PAGES], position="hidden")
    layout: Literal["wide", "centered"] = "wide" if shown.title in ("Letters", "Contract", "Ultimatum") else "centered"
    st.set_page_config(page_title=f"{shown.title} · Parley", page_icon="🤝", layout=layout)
    session.recall()
    st.session_state["page"] = shown.title
    try:
        _bar(shown.title)
        shown.run()
        sidebar.show(shown.title)
    except ParleyError as error:
        st.error(widgets.inert(str(error)), icon=":material/error:")
    session.remember()
    _first_page.set()
    if st.session_state.get("case"):
        _first_case.set()


@asynccontextmanager
async def warming(_: st.App) -> AsyncIterator[None]:
    """The life of the server: it opens the cases, and imports what pages need later, while the browser loads."""
    import_module("numpy")  # before any thread: two that import it at the same time break it
    warm = threading.Thread(target=_warm, daemon=True)
    warm.start()
    yield
    _ending.set()
    _first_page.set()
    _first_case.set()
    warm.join(10)  # a thread that the end finds in native code aborts the program


def _warm() -> None:
    for load in (
        session.desk,
        _first_page.wait,
        _import_the_rest,
        _open_the_guidance,
        _open_the_contracts,
        _open_the_model,
        _first_case.wait,
    ):
        if _ending.is_set():
            return
        with suppress(ParleyError):  # the page that needs it tells what is wrong
            load()
        gc.collect()
        gc.freeze()  # what is loaded stays: Streamlit's collection after each run need not go through it (80 ms)


def _import_the_rest() -> None:
    for name in ("workflows.interview.reading", "pandas"):  # for free words and tables
        if not _ending.is_set():
            import_module(name)


def _open_the_guidance() -> None:
    from workflows.casework.asking import index

    index()


def _open_the_contracts() -> None:
    session.desk().agreement.warm()


def _open_the_model() -> None:
    session.desk().models.warm()


def _bar(current: str) -> None:
    """The way to each page. Buttons, since a link would drop what stands typed and a button brings it along."""
    with st.container(horizontal=True, gap="small", key="pages"):
        for name, (title, tip) in session.PAGES.items():
            kind: Literal["secondary", "tertiary"] = "secondary" if title == current else "tertiary"
            st.button(title, key=f"page_{name}", type=kind, help=tip, on_click=_turn_to, args=(name,))


def _turn_to(name: str) -> None:
    if questions.save():
        session.fresh()
        session.goto(name)


if __name__ == "__main__":
    main()
elif __name__ == "navigation":  # `streamlit run` of this very file asks for the server first
    app = st.App(__file__, lifespan=warming)
