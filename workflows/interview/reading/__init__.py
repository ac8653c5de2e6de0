"""Free words to proposed answers: notes in, a Reading out. No model, no network, no guess.

Notes are cut into clauses; clauses that identify patients, order a machine about or tell of other businesses are
closed. Names come first (so that another payer's rates are known for what they are), then tables and positions, then
everything a cue of knowledge/interview names. What cannot be read safely becomes a question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from workflows.domain.answers import Reading, Unclear
from workflows.domain.knowledge import Step
from workflows.interview.reading import screens
from workflows.interview.reading.answering import read_answer
from workflows.interview.reading.clauses import LONGEST_READ, Clause, Note, clauses, note_of
from workflows.interview.reading.code_lines import read_code_lines
from workflows.interview.reading.code_prose import read_code_prose
from workflows.interview.reading.code_tables import read_code_tables
from workflows.interview.reading.conditions import read_conditions
from workflows.interview.reading.counted import read_counts
from workflows.interview.reading.cues import fields_of
from workflows.interview.reading.dated import read_dates
from workflows.interview.reading.identifiers import read_contacts, read_numbers
from workflows.interview.reading.measure_tables import read_measure_tables
from workflows.interview.reading.measures import read_measures
from workflows.interview.reading.names import read_names
from workflows.interview.reading.other_payers import read_other_payers
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import read_periods
from workflows.interview.reading.positions import read_positions
from workflows.interview.reading.quantities import quantities
from workflows.interview.reading.requests import read_requests
from workflows.interview.reading.sightings import reconcile
from workflows.interview.reading.staff import read_staff, read_tenure
from workflows.interview.reading.stances import names_other_payer, other_payers_in, stance_at
from workflows.interview.reading.worded import read_choices, read_rhythms, read_texts

__all__ = ["read_notes", "read_words", "words_for_model"]


def read_notes(steps: Sequence[Step], notes: Mapping[str, str], today: date, payer: str = "") -> Reading:
    """What the notes of all steps say. `payer` is the payer's name where it is already known."""
    return _read(steps, notes, today, payer=payer)


def read_words(
    steps: Sequence[Step], step_id: str, words: str, today: date, asking: str | None = None, payer: str = ""
) -> Reading:
    """What was typed into the chat while `step_id` (and perhaps the question `asking`) was open."""
    return _read(steps, {step_id: words}, today, asking=asking or "", payer=payer)


def words_for_model(steps: Sequence[Step], step_id: str, words: str, today: date, payer: str = "") -> str:
    """What of some words a language model may be shown, line by line: without clauses that identify patients, order a
    machine about, are told in confidence or tell of another payer or business, of money, or of a limit however worded;
    and of those with figures only such as say plainly what they count. Much wider than what is kept out of letters:
    what is held back here costs a proposal only."""
    page = _page(steps, {step_id: words}, today, "", payer)
    _screened(page)
    _fill(page)
    private = [s for s in page.seen if page.fields[s.field].question.visibility == "private"]
    return "\n".join(
        c.note.raw[c.start : c.end].strip()
        for c in page.open_clauses()
        if _may_be_shown(page, c) and not any(s.start < c.end and c.start < s.end for s in private)
    )


def _may_be_shown(page: Page, c: Clause) -> bool:
    return (
        not c.tags & _KEPT_BACK
        and not screens.SENSITIVE.search(f"{c.heading} {c.words}")
        and not names_other_payer(page, c.words)
        and all(
            screens.plainly_counts(c.words, q.start - c.start, q.end - c.start, q.unit, q.amount)
            for q in quantities(c.words, c.start)
        )
    )


_KEPT_BACK = frozenset({"patient", "order", "secret", "foreign", "limit", "mail"})


def _page(steps: Sequence[Step], notes: Mapping[str, str], today: date, asking: str, payer: str) -> Page:
    page = Page(fields=fields_of(tuple(steps)), notes=_within_reach(notes), clauses=[], today=today, asking=asking)
    page.clauses = [c for n in page.notes for c in clauses(n)]
    if payer:
        page.payer, page.aliases = payer, (payer, payer.split()[0])
    return page


def _read(steps: Sequence[Step], notes: Mapping[str, str], today: date, asking: str = "", payer: str = "") -> Reading:
    page = _page(steps, notes, today, asking, payer)
    private = [*_unread(page, notes), *_screened(page)]
    if not (asking and read_answer(page)):
        _fill(page)
    return _whole(page, private)


def _fill(page: Page) -> None:
    """Let every reader see the page, those first whose finds tell the others what is theirs."""
    read_names(page)
    read_numbers(page)
    read_code_tables(page)
    read_measure_tables(page)
    read_contacts(page)
    page.clauses = [_marked(page, part) for c in page.clauses for part in _without_others(page, c)]
    read_other_payers(page)
    read_tenure(page)
    read_staff(page)
    read_code_lines(page)
    read_code_prose(page)
    read_dates(page)
    read_requests(page)
    read_positions(page)
    read_measures(page)
    read_conditions(page)
    read_counts(page)
    read_texts(page)
    read_choices(page)
    read_rhythms(page)
    read_periods(page)


def _within_reach(notes: Mapping[str, str]) -> list[Note]:
    """The notes up to the length read at once, the shortest whole first."""
    left, kept = LONGEST_READ, {}
    for step, text in sorted(notes.items(), key=lambda n: len(n[1])):
        if text.strip():
            kept[step] = note_of(step, text, max(left, 0))
            left -= len(text)
    return [kept[s] for s in notes if s in kept and kept[s].raw.strip()]


def _unread(page: Page, notes: Mapping[str, str]) -> list[Unclear]:
    """What did not fit: said, so that nobody takes silence for "nothing found"."""
    read = {n.step: len(n.raw) for n in page.notes}
    return [
        Unclear(
            step=s,
            quote=t.strip()[:80],
            question=(
                f"This note is longer than I read at once; I read its first {read.get(s, 0):,} characters. "
                f"Please give me the rest in pieces."
            ),
        )
        for s, t in notes.items()
        if len(t) > read.get(s, 0) and t.strip()
    ]


def _whole(page: Page, private: list[Unclear]) -> Reading:
    made = reconcile(page.seen, {n: f.question for n, f in page.fields.items()})
    return Reading(proposed=made.proposed, unclear=(*private, *made.unclear))


def _screened(page: Page) -> list[Unclear]:
    """Close the clauses nobody may read; a clause about a patient also raises a question that does not repeat it."""
    asked: list[Unclear] = []
    kept: list[Clause] = []
    hurt: set[tuple[str, int]] = set()
    for c in page.clauses:
        if "mail" not in c.tags and screens.identifies_patient(c.words):
            hurt.add((c.note.step, c.line))
            asked.append(
                Unclear(
                    step=c.note.step,
                    quote="",
                    question=(
                        "One line of these notes identifies a patient. Please take the identity out and give "
                        "a count or a rate instead."
                    ),
                )
            )
    for c in page.clauses:
        if (c.note.step, c.line) in hurt and (
            screens.PATIENT_NAMED.search(c.words)
            or any(
                screens.identifies_patient(o.words)
                for o in page.clauses
                if o.note is c.note and o.line == c.line and o.start <= c.start
            )
        ):
            kept.append(replace(c, closed=True, tags=c.tags | {"patient"}))
        elif screens.is_order(c.words):
            kept.append(replace(c, closed=True, tags=c.tags | {"order"}))
        elif screens.is_aside(c.words):
            kept.append(replace(c, tags=c.tags | {"aside"}, figures=()))
        else:
            kept.append(c)
    page.clauses = _secret(kept)
    return list(dict.fromkeys(asked))


def _secret(found: list[Clause]) -> list[Clause]:
    """Clauses told in confidence: only private questions may be answered from them. Words like "not for them --" at a
    clause's head make everything after them private, up to the next empty line (or the end of a dictated line)."""
    kept: list[Clause] = []
    note, last, on = "", 0, False
    for c in found:
        blank = c.note.step != note or c.line > last + 1
        heading = on and c.heading and screens.SECRET_FROM_HERE.match(c.heading)
        on = bool(screens.SECRET_FROM_HERE.match(c.words)) or bool(heading) or (on and not blank)
        note, last = c.note.step, c.line
        kept.append(
            replace(c, tags=c.tags | {"secret"})
            if on or screens.SECRET.search(c.words) or screens.SECRET_FROM_HERE.match(c.heading)
            else c
        )
    return kept


def _without_others(page: Page, c: Clause) -> list[Clause]:
    """A clause cut before another payer's name that follows a comma, so that ours and theirs are judged apart."""
    if c.closed or not names_other_payer(page, c.words):
        return [c]
    cuts = [
        s
        for s, _, _ in other_payers_in(page, c.words)
        if s > 15 and re.search(r"[,;.(]\s+(?:(?:and|but|while|for reference)\s+)?$", c.words[:s])
    ]
    places = [c.start, *(c.start + s for s in cuts), c.end]
    if cuts:  # a payer known by the whole clause ("FYI only: ...") stays known when it stands alone
        for a, b in pairwise(places):
            held = [
                (s + c.start - a, e + c.start - a, w)
                for s, e, w in other_payers_in(page, c.words)
                if a <= c.start + s < b
            ]
            page.others.setdefault(c.note.words[a:b], held) if held else None
    return [
        replace(
            c,
            start=a,
            end=b,
            figures=tuple(q for q in c.figures if a <= q.start < b),
            tags=c.tags
            - (
                {"secret"}
                if not screens.SECRET.search(c.note.words[a:b])
                and not screens.SECRET_FROM_HERE.match(c.heading)
                and screens.SECRET.search(c.words)
                and b < c.end
                else set()
            ),
        )
        for a, b in pairwise(places)
        if b > a
    ]


def _marked(page: Page, c: Clause) -> Clause:
    """A clause with what it is about: another payer's rate, or our limit."""
    tags = set(c.tags)
    if not c.closed and names_other_payer(page, c.words):
        tags.add("foreign")
    if not c.closed and any(
        stance_at(page, c, place) == "floor" for place in {c.start, c.end, *(q.start for q in c.figures)}
    ):
        tags.add("limit")
    if c.words.count("\t") >= 2:
        tags.add("table")
    return replace(c, tags=frozenset(tags))
