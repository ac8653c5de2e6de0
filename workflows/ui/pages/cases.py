"""Cases: what Parley is, three ways to begin, and the cases there are."""

from datetime import datetime

import streamlit as st

from workflows.domain.case import CaseCard
from workflows.ui import session
from workflows.ui.widgets import footer, inert, messages


def _example() -> None:
    with session.told():
        session.open_case(session.desk().open_example().id)
        session.goto("interview")


def _start() -> None:
    with session.told():
        session.open_case(session.desk().start_case(st.session_state.get("new_title", "")).id)
        session.goto("interview")


def _import() -> None:
    given = st.session_state.get("import_file")
    if given is None:
        session.say("Choose a case file first.")
        return
    with session.told():
        session.open_case(session.desk().import_case(given.getvalue(), given.name).id)
        session.goto("interview")


def _open(case_id: str) -> None:
    session.open_case(case_id)
    session.goto("interview")


def _delete(case_id: str, title: str) -> None:
    with session.told():
        session.desk().delete_case(case_id)
        st.session_state["deleted"] = (case_id, title)
        if st.session_state.get("case") == case_id:
            session.close_case()


def _restore(case_id: str) -> None:
    with session.told():
        session.desk().restore_case(case_id)
        st.session_state.pop("deleted", None)


def _begin() -> None:
    st.header("Begin")
    with st.grid(3, min_column_width=210):
        with st.container(border=True, height="stretch"):
            st.markdown("**Look around**")
            st.caption("An invented family practice and payer, every step answered, letters drafted.")
            st.space("stretch")
            st.button(
                "Open the worked example", key="example", type="primary", width="stretch", wrap=True, on_click=_example
            )
        with st.container(border=True, height="stretch"):
            st.markdown("**Start your own**")
            st.text_input("Practice and payer", key="new_title", max_chars=120, placeholder="Lakeview / Buckeye PPO")
            st.space("stretch")
            st.button("Start a case", key="start", width="stretch", on_click=_start)
        with st.container(border=True, height="stretch"):
            st.markdown("**Bring one back**")
            st.file_uploader("Exported case (JSON)", type="json", key="import_file", max_upload_size=10)
            st.button("Import the case", key="import", width="stretch", on_click=_import)


def _card(card: CaseCard) -> None:
    done = session.desk().progress(card.id)
    answered, asked = sum(p.answered for p in done), sum(p.asked for p in done)
    with st.container(border=True, key=f"case_{card.id}"):
        st.subheader(inert(card.title), anchor=False)
        when = datetime.fromisoformat(card.updated).astimezone()
        changed = f"{when:%B} {when.day}, {when.year}, {when:%H:%M}"
        st.progress(answered / asked, text=f"{answered} of {asked} questions answered · last change {changed}")
        with st.container(horizontal=True):
            st.button("Open", key=f"open_{card.id}", type="primary", on_click=_open, args=(card.id,))
            st.download_button(
                "Export (private)",
                key=f"export_{card.id}",
                mime="application/json",
                on_click="ignore",
                data=lambda: session.desk().export_case(card.id),
                file_name="private-parley-case.json",
                icon=":material/download:",
                help="The whole case as a file, your private answers "
                "included: for your own keeping, never for the payer.",
            )
            st.button(
                "Delete",
                key=f"delete_{card.id}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_delete,
                args=(card.id, card.title),
            )


def show() -> None:
    """The page."""
    st.title("Parley", anchor=False)
    st.markdown(
        "The negotiator small medical practices never had. Answer a guided interview about your practice and one "
        "payer; get your leverage ranked and letters whose every statement shows the evidence behind it."
    )
    messages()
    if deleted := st.session_state.get("deleted"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/delete: Deleted: {inert(deleted[1])}", width="content")
            st.button("Undo delete", key="undelete", on_click=_restore, args=(deleted[0],))
    _begin()
    st.header("Your cases", anchor=False)
    with st.spinner("Opening your cases"):  # the first page of a server opens the database; what is above is shown
        cards = session.desk().cases()
    for card in cards:
        _card(card)
    if not cards:
        st.caption("None yet. The worked example takes one click and shows what a finished case looks like.")
    footer()


show()
