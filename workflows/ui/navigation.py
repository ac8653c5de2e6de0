"""The pages, the sidebar and the order in which a run goes: address, page, and one sentence where something fails.

Run by `streamlit run app.py`, or as a file by `parley serve`, which starts it from an installed package.
"""

import sys
from pathlib import Path
from typing import Literal

if __name__ == "__main__":  # started as a file: the folder above the package is not on the path then
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st

from workflows.domain.errors import ParleyError
from workflows.ui import questions, session, sidebar, widgets


def main() -> None:
    """One run of the app."""
    shown = st.navigation([session.page(name) for name in session.PAGES], position="hidden")
    layout: Literal["wide", "centered"] = "wide" if shown.title == "Letters" else "centered"
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
    sidebar.warm()


def _bar(current: str) -> None:
    """The way to each page. Buttons, since a link would drop what stands typed and a button brings it along."""
    with st.container(horizontal=True, gap="small", key="pages"):
        for name, (title, icon, tip) in session.PAGES.items():
            kind: Literal["secondary", "tertiary"] = "secondary" if title == current else "tertiary"
            st.button(title, key=f"page_{name}", icon=icon, type=kind, help=tip, on_click=_turn_to, args=(name,))


def _turn_to(name: str) -> None:
    if questions.save():
        session.fresh()
        session.goto(name)


if __name__ == "__main__":
    main()
