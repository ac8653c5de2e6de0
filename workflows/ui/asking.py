"""The questions of a step on the screen: which stand together, what is said about each, and whose answer counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.knowledge import Question, Step
from workflows.ui import questions, session, words
from workflows.ui.widgets import LOCK, inert, source_line


@dataclass(frozen=True)
class Sheet:
    """A step as it is asked: what its screen showed, what the letters lack from it, and what is wrong as typed."""

    case: Case
    step: Step
    on: Mapping[str, Any]
    lacking: Collection[str]
    problems: Mapping[str, str]


def ask(sheet: Sheet) -> None:
    """All questions of a step, two side by side where there is room."""
    grid = st.grid(2, min_column_width=270, gap=("medium", "medium"))
    for group in _groups(sheet.step):
        if len(group) == 1:
            _cell(grid, sheet, group[0])
            continue
        with grid.cell(column_span="all"), st.container(border=True):
            inner = st.grid(2, min_column_width=240, gap=("medium", "medium"))
            for question in group:
                _cell(inner, sheet, question, under="" if question is group[0] else group[0].label)
    if st.session_state.get("refused") and sheet.problems:
        labels = [inert(session.desk().question(f)[1].label.removeprefix("... ")) for f in sheet.problems]
        st.error(f"Nothing is saved yet. To mend above: {'; '.join(labels)}.", icon=":material/error:")


def _groups(step: Step) -> list[list[Question]]:
    """Questions together with those that only complete them (their label begins with dots)."""
    groups: list[list[Question]] = []
    for question in step.questions:
        if groups and question.label.startswith("..."):
            groups[-1].append(question)
        else:
            groups.append([question])
    return groups


def _cell(grid: Any, sheet: Sheet, question: Question, under: str = "") -> None:
    if questions.is_long(question):
        with grid.cell(column_span="all"):
            _question(sheet, question, under)
    else:
        with grid.container(gap="xsmall"):
            _question(sheet, question, under)


def _question(sheet: Sheet, question: Question, under: str) -> None:
    name = f"{sheet.step.id}.{question.id}"
    if st.session_state.get("conflict") == name:
        _conflict(sheet.case, name)
    if any(c.label == words.ICD for c in question.columns):
        words.look_up(sheet.step, question)
    questions.field(name, question, sheet.on, under)
    if name in sheet.problems:
        st.error(inert(sheet.problems[name]), icon=":material/error:")
    need = " :material/pending: Letters need this." if question.lack in sheet.lacking else ""
    kept = f" {LOCK} Never in a letter." if question.visibility == "private" else ""
    asked = f"{inert(question.ask)} {questions.hint(question)}{need}{kept}".strip()
    with st.expander(asked, type="compact", key=f"why_{name}"):
        register = session.desk().catalog.sources
        st.markdown(
            f"**Why the payer cares.** {inert(question.why)} Source: {source_line(question.sources, register)}.\n\n"
            f"**Where to find it.** {inert(question.where)}\n\n**A strong answer.** {inert(question.strong)}"
        )


def _conflict(case: Case, name: str) -> None:
    theirs = case.answers.get(name)
    said = session.desk().in_words(name, theirs.value) if theirs else "no answer"
    st.warning(
        f"Somebody else answered this meanwhile: **{inert(said)}**. Yours is still below.", icon=":material/group:"
    )
    with st.container(horizontal=True):
        st.button("Keep theirs", key="theirs", on_click=questions.keep_theirs, args=(name,))
        st.button("Save mine", key="yours", on_click=questions.save_and_tell, args=(name,))
