"""Answers in words: texts and choices, taken from the clause in which their cue stands.

What is taken must be able to stand in a letter: trimmed, abbreviations written out, and never words that tell our
limit, another payer's rate, a patient's identity or an order to a machine.
"""

import re

from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.counted import related
from workflows.interview.reading.cues import Field, figure_at, masked
from workflows.interview.reading.labels import label_of
from workflows.interview.reading.page import Page
from workflows.interview.reading.stances import names_other_payer, stance_at
from workflows.interview.reading.tidy import days_written_out, tidy

NAMED = frozenset(
    {
        "practice.name",
        "practice.place",
        "practice.zip",
        "practice.npi",
        "practice.tax_id",
        "practice.payer",
        "practice.contract_manager",
        "practice.agreement",
        "practice.contact_name",
        "practice.contact_phone",
        "practice.contact_email",
        "practice.period",
        "er_avoidance.ed_avoided_period",
        "friction.denial_period",
        "quality.readmission_period",
        "er_avoidance.ed_rate_period",
        "rates.volume_period",
    }
)
_HEDGE = re.compile(
    r"(?i)\b(?:not sure|unsure|maybe|i think|we think|i guess|don't (?:know|think)|no idea|couldn't tell|can't say|"
    r"tbd|will look|unknown|somewhere|possibly|who knows|don't have|n/a|nope)\b|\?\s*$"
)
_NOTHING = re.compile(
    r"(?i)^(?:no|none|n/a|na|nope|not really|nothing|unknown|tbd|-|yes|yep|y|n|no idea|idk|don't know|can't say|"
    r"not sure|no clue)\W*$"
)
_NEGATED = re.compile(r"(?i)^(?:no|not|none|never|don't|doesn't|isn't|aren't|without)\b")
_SECRET = re.compile(
    r"(?i)\b(?:don't (?:tell|share)|do not (?:tell|share)|between us|confidential|not for (?:them|the letter|"
    r"sharing)|keep (?:that|this|it) (?:to|quiet)|off the record|private)\b"
)


def read_texts(page: Page) -> None:
    """Texts by their cues; the chat's open question takes the whole words when it asks for text."""
    texts = [f for f in page.fields.values() if f.question.kind == "text" and f.name not in NAMED]
    for clause in page.open_clauses():
        low = clause.low
        for f in texts:
            if f.cues.may(low):
                _text(page, f, clause)


def _text(page: Page, f: Field, clause: Clause) -> None:
    words = clause.words
    private = f.question.visibility == "private"
    if (
        "table" in clause.tags
        or not related(clause.note.step, f.step)
        or f.cues.ruled_out(words)
        or (not private and ("foreign" in clause.tags or "limit" in clause.tags))
    ):
        return
    taken: tuple[int, int, float] | None = None
    for p in f.cues.captures:
        m = p.search(words)
        if m:
            taken = (m.start("rest"), m.end("rest"), 0.82)
            break
    label = next((m for p in f.cues.labels if (m := p.search(words))), None)
    if taken is None and label:
        taken = (*_piece(words, label), 0.74)
    if (
        taken is None
        and clause.heading
        and "more" not in clause.tags
        and any(p.search(clause.heading) for p in (*f.cues.labels, *f.cues.captures))
        and not clause.heading.endswith(")")
    ):
        taken = (0, len(words), 0.76)
    if taken is None:
        return
    start, end, score = taken
    if start == 0 and label_of(clause.note.raw[clause.start : clause.end], words):
        start = words.index(":") + 1
    said = words[start:end].strip(" ,;:-")
    if (
        not said
        or _NOTHING.match(said)
        or (_NEGATED.match(said) and not private and not re.search(r"(?i)answering|hospital|others?\b", said))
    ):
        return
    if not private and (_SECRET.search(said) or names_other_payer(page, said)):
        return
    value = tidy(said)
    if f.name in ("access.evenings", "access.weekends"):
        value = days_written_out(value)
    if f.name == "quality.satisfaction":
        value = re.sub(r"(?i)^sat\b(?=\.?\s\d)", "Satisfaction", value)
    if len(value) < 2 or len(value) > f.question.max_length:
        return
    score += 0.04 if clause.note.step == f.step else -0.1 if clause.note.step != "practice" else 0.0
    ask = (
        f"{f.question.label}: you wrote “{said[:140]}”, but not as certain. {f.question.ask}"
        if _HEDGE.search(said) and not private
        else ""
    )
    page.see(f.name, value, clause, clause.start + start, clause.start + end, score, ask=ask)


def _piece(words: str, label: re.Match[str]) -> tuple[int, int]:
    """Short clauses are taken whole; of long ones the pieces between commas around the cue."""
    if len(words) <= 150:
        return 0, len(words)
    starts = [0, *(m.end() for m in re.finditer(r",\s+(?:and\s+|but\s+)?|\s+-\s+", words))]
    start = max(s for s in starts if s <= label.start())
    stop = re.search(r",\s|\s-\s", words[label.end() :])
    return start, label.end() + stop.start() if stop else len(words)


def read_choices(page: Page) -> None:
    """Choices by the words of their options; yes/no by cues that say so."""
    for f in page.fields.values():
        if f.question.kind in ("choice", "choices") and f.cues.options and not f.name.endswith("_per"):
            _choice(page, f)
        elif f.question.kind == "yes_no":
            _yes_no(page, f)


def _choice(page: Page, f: Field) -> None:
    for clause in page.open_clauses():
        words = clause.words
        if "table" in clause.tags or f.cues.ruled_out(words) or not related(clause.note.step, f.step):
            continue
        own = clause.note.step == f.step
        if not f.cues.may(clause.low):
            continue
        if f.name == "practice.specialty" and (
            not own or re.search(r"(?i)\b(?:nearest|next|closest|refer\w*|hospital\s+group)\b", words)
        ):
            continue
        if (
            f.name.startswith("ask.")
            and not own
            and stance_at(page, clause, clause.end) != "ask"
            and not any(p.search(words) for p in f.cues.labels)
        ):
            continue
        for key, p in f.cues.options:
            m = p.search(words)
            if m and not re.search(r"(?i)\b(?:not|don't be|no|isn't|avoid)\s+(?:too\s+)?$", words[: m.start()]):
                labelled = any(x.search(words) or x.search(clause.heading) for x in f.cues.labels)
                if f.question.kind == "choices":
                    page.see(f.name, (key,), clause, clause.start + m.start(), clause.start + m.end(), 0.78)
                else:
                    score = 0.93 if labelled else 0.84 if own else 0.6
                    page.see(f.name, key, clause, clause.start + m.start(), clause.start + m.end(), score)
                    break


def _yes_no(page: Page, f: Field) -> None:
    for clause in page.open_clauses():
        if not f.cues.may(clause.low) or f.cues.ruled_out(clause.words):
            continue
        for key, p in f.cues.options:
            m = p.search(clause.words)
            if m and not _HEDGE.search(clause.words):
                page.see(f.name, key, clause, clause.start + m.start(), clause.start + m.end(), 0.82)
                break


_PER = (
    ("day", r"(?:/|\bper\s|\ba\s|\beach\s|\bevery\s|\bper\s+week)\s?(?:week)?(?:day|weekday)\b|\bdaily\b"),
    ("week", r"(?:/|\bper\s|\ba\s|\beach\s|\bevery\s)\s?(?:week|wk)\b|\bweekly\b"),
    ("month", r"(?:/|\bper\s|\ba\s|\beach\s|\bevery\s)\s?(?:month|mo)\b|\bmonthly\b"),
    (
        "year",
        r"\b(?:last|past|prior|trailing|previous|TTM|LTM)\s+(?:\x00+(?:\s*(?:months|mos?)\b)?)|\bTTM\b|(?:/|\bper\s|\ba\s|\beach\s|\bevery\s|\blast\s|\bin\s)\s?(?:year|yr|20\d\d)\b|\bannually\b|\byearly\b",
    ),
)
_COUNTED = {
    "er_avoidance.same_day_per": "er_avoidance.same_day_slots",
    "friction.prior_auth_per": "friction.prior_auths",
}


def read_rhythms(page: Page) -> None:
    """ "... in every": the rhythm that stands beside the figure it belongs to."""
    for name, counted in _COUNTED.items():
        f = page.fields.get(name)
        for s in [s for s in page.seen if s.field == counted and s.clause is not None and not s.ask]:
            assert s.clause is not None
            place = next(
                (
                    figure_at(s.clause, i)
                    for i in range(s.start - s.clause.start, s.end - s.clause.start)
                    if (q := figure_at(s.clause, i)) and q.text == s.value
                ),
                None,
            )
            at = (place.end if place else s.end) - s.clause.start
            near = masked(s.clause)[at : at + 64]
            near = re.split(r";" if name != "friction.prior_auth_per" else r";|[,|]\s*\x00", near)[0]
            said = [
                (m.start(), key, m)
                for key, p in _PER
                if f and key in f.question.options and (m := re.search(p, near, re.I))
            ]
            if said:
                _, key, m = min(said, key=lambda x: x[0])
                page.see(name, key, s.clause, min(s.start, s.clause.start + at), s.clause.start + at + m.end(), 0.88)
