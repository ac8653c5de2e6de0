"""The pages, the sidebar and the order in which a run goes: address, page, and one sentence where something fails.

Run by `streamlit run app.py`, or as a file by `parley serve`, which starts it from an installed package.
"""

import sys
from pathlib import Path

if __name__ == "__main__":  # started as a file: the folder above the package is not on the path then
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st

from workflows.domain.errors import ParleyError
from workflows.ui import session, sidebar, widgets

PAGES = (
    ("cases", "Cases", ":material/folder_open:", "Begin, open, export or delete a case."),
    ("interview", "Interview", ":material/forum:", "One step at a time: what this practice can show."),
    ("leverage", "Leverage", ":material/bar_chart:", "Why the payer should say yes, and how strong each reason is."),
    ("letters", "Letters", ":material/mail:", "Drafts beside their evidence; approve and export."),
)


def main() -> None:
    """One run of the app."""
    pages = [
        st.Page(session.page(name), title=title, icon=icon, help=tip, url_path=name, default=name == "cases")
        for name, title, icon, tip in PAGES
    ]
    shown = st.navigation(pages)
    wide = shown.url_path in ("letters",)
    st.set_page_config(page_title=f"{shown.title} · Parley", page_icon="🤝", layout="wide" if wide else "centered")
    session.recall()
    try:
        shown.run()
        sidebar.show(shown.title)
    except ParleyError as error:
        st.error(widgets.inert(str(error)), icon=":material/error:")
    session.remember()
    sidebar.warm()


if __name__ == "__main__":
    main()
