"""The contract beside the interview: answers it contradicts, silent answers it can fill, requests whose clause it holds.

Nothing here decides which side is right: a contradiction is said with the place in the contract, and what the contract
says becomes an answer only when the user confirms it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from workflows.contracts.evidence import place_of
from workflows.contracts.redline import place_in_words, section_number
from workflows.domain import language
from workflows.domain.answers import Answer, Contradiction, Proposal, Row
from workflows.domain.contract import ContractFinding, ContractReview, RedlineWords
from workflows.domain.evidence import Evidence, Figure, FromContract

Answers = Mapping[str, Answer]
# Field of the interview, type of clause, the value that says the same, and what a person calls it.
_SAME = (
    ("walk_away.notice_days", "termination_without_cause", "notice_days_provider", "the notice you must give to leave"),
    ("practice.effective_date", "term_renewal", "effective_date", "the day the agreement took effect"),
)
_DAYS = re.compile(r"(\d{1,4})[\s-]*(?:calendar )?(day|month|year)s?\b", re.I)
_SECTION = re.compile(r"(?i)(?:section|sec\.?|§)\s*((?:[A-Z]-?)?\d{1,3}(?:\.\d{1,3}){0,3})")
_PERIODS = ("days", "notice_days", "cure_days", "lookback_months", "appeal_days", "days_electronic")


def contradictions(answers: Answers, review: ContractReview, words: RedlineWords) -> tuple[Contradiction, ...]:
    """Answers that the contract does not bear out."""
    return (*_values(answers, review), *_level(answers, review), *_requests(answers, review, words))


def _values(answers: Answers, review: ContractReview) -> Iterator[Contradiction]:
    for field, kind, value, called in _SAME:
        given, f = answers.get(field), ruling(review, kind, value)
        if not given or not f or not isinstance(given.value, str) or given.given_by == "files":
            continue
        held = str(f.values[value])
        if held != given.value and not (value == "effective_date" and held.startswith(given.value)):
            says = f"You say {called} is {_told(value, given.value)}; your contract says {_told(value, held)} ({place_of(f)})."
            yield Contradiction(fields=(field,), says=says, leave_out=(field,))


def _level(answers: Answers, review: ContractReview) -> Iterator[Contradiction]:
    """A percent of Medicare that the contract states otherwise, where both name the same year or the contract none."""
    given, year, f = answers.get("rates.percent_of_medicare"), answers.get("rates.medicare_year"), _medicare(review)
    if not given or not f or not isinstance(given.value, str):
        return
    held, theirs = Decimal(str(f.values["percent"])), f.values.get("frozen_year") or f.values.get("year")
    if year and theirs and str(theirs) != year.value:
        return
    if held != Decimal(given.value):
        yield Contradiction(
            fields=("rates.percent_of_medicare",),
            leave_out=("rates.percent_of_medicare",),
            says=f"You say you are paid {language.percent(Decimal(given.value))} of Medicare; your contract says "
            f"{language.percent(held)} ({place_of(f)}).",
        )


def _requests(answers: Answers, review: ContractReview, words: RedlineWords) -> Iterator[Contradiction]:
    """A request whose "now", or whose section, is not what the contract has."""
    for i, (row, f) in enumerate(_rows(answers, review, words)):
        if f is None:
            continue
        key = (f"ask.others[{i}]",)
        held = {_in_days(f.values[n], n) for n in _PERIODS if n in f.values}
        said = [_period(m) for m in _DAYS.finditer(row.get("now", ""))]
        if held and said and not set(said) & held:
            shown = "; ".join(f"{n.replace('_', ' ')} {f.values[n]}" for n in _PERIODS if n in f.values)
            says = f"{row['clause']}: you say it is {row['now']} now; your contract says {shown} ({place_of(f)})."
            yield Contradiction(fields=("ask.others",), says=says, leave_out=key)
            continue
        named, number = _SECTION.search(row["clause"]), section_number(f)
        if named and number and not f.replaces and named.group(1).rstrip(".") != number:
            says = f"{row['clause']}: your contract has this in section {number} ({place_of(f)})."
            yield Contradiction(fields=("ask.others",), says=says, leave_out=key)


def proposals(
    answers: Answers, review: ContractReview, accepted: Sequence[ContractFinding], words: RedlineWords
) -> tuple[Proposal, ...]:
    """What the contract can answer where the interview is silent, each with the words it stands in."""
    return tuple(
        p for p in _offered(answers, review, accepted, words) if p.field not in answers or p.field == "ask.others"
    )


def _offered(
    answers: Answers, review: ContractReview, accepted: Sequence[ContractFinding], words: RedlineWords
) -> Iterator[Proposal]:
    for field, kind, value, _ in _SAME:
        if f := ruling(review, kind, value):
            yield _proposal(field, str(f.values[value]), f)
            if field == "walk_away.notice_days" and (number := section_number(f)):
                yield _proposal("walk_away.notice_source", f"section {number}", f)
    if f := _medicare(review):
        yield _proposal("rates.percent_of_medicare", str(f.values["percent"]), f)
        if year := f.values.get("frozen_year") or f.values.get("year"):
            yield _proposal("rates.medicare_year", str(year), f)
    there = [f.type for _, f in _rows(answers, review, words) if f]
    room = 3 - len(_given(answers))
    wanted = [f for f in accepted if f.type not in there][: max(room, 0)]
    if wanted:
        rows = tuple(_request(f, words) for f in wanted)
        yield Proposal(field="ask.others", value=rows, quote=wanted[0].quote[:300], confidence=1.0)


def _request(f: ContractFinding, words: RedlineWords) -> Row:
    number, value = section_number(f), next((n for n in _PERIODS if n in f.values), "")
    told = words.clauses[f.type]
    clause = f"{told.clause} (section {number})" if number else told.clause
    row = {"clause": clause, "wanted": told.short}
    if value:
        unit = "months" if value.endswith("months") else "days"
        row["now"] = f"{f.values[value]} {unit}"
    return row


def places(answers: Answers, review: ContractReview, words: RedlineWords) -> tuple[Evidence, ...]:
    """For each request besides the rate, where its clause stands, as a letter names it: `contract.ask.others[i]`."""
    found = []
    for i, (row, f) in enumerate(_rows(answers, review, words)):
        if f is None:
            continue
        place = place_in_words(f, review.documents)
        named, number = _SECTION.search(row["clause"]), section_number(f)
        said = place.removeprefix(f"section {number}, ") if named and named.group(1).rstrip(".") == number else place
        says = f"See {said}."
        key = f"contract.ask.others[{i}]"
        figures = tuple(Figure(amount=x.amount, unit=x.unit, role=key) for x in language.figures(says))
        source = FromContract(document=f.document, page=f.page, section=f.section, quote=f.quote)
        found.append(Evidence(key=key, says=says, value=said, figures=figures, source=source, grade="measured"))
    return tuple(found)


def ruling(review: ContractReview, kind: str, value: str) -> ContractFinding | None:
    """The finding of a type that holds a value and that nothing replaces."""
    held = [f for f in review.findings if f.type == kind and value in f.values and not f.product and not f.replaced_by]
    return next((f for f in held if f.replaces), held[0] if held else None)


def _medicare(review: ContractReview) -> ContractFinding | None:
    f = ruling(review, "fee_schedule_basis", "percent")
    return f if f and "medicare" in str(f.values.get("basis", "")).lower() else None


def _given(answers: Answers) -> list[Row]:
    given = answers.get("ask.others")
    return [row for row in given.value if isinstance(row, dict)] if given else []


def _rows(
    answers: Answers, review: ContractReview, words: RedlineWords
) -> Iterator[tuple[Row, ContractFinding | None]]:
    """The requests besides the rate, each with the clause of the contract it is about."""
    for row in _given(answers):
        yield row, _about(row["clause"], review, words)


def _about(clause: str, review: ContractReview, words: RedlineWords) -> ContractFinding | None:
    """The clause that a person's words name: by the longest name all of whose words occur, among what holds now."""
    said = set(re.findall(r"[a-z-]+", clause.lower()))
    best, length = "", 0
    for kind, told in words.clauses.items():
        for name in told.names:
            if set(name.split()) <= said and len(name) > length:
                best, length = kind, len(name)
    must = words.clauses[best].said if best else ()
    found = [
        f
        for f in review.findings
        if f.type == best
        and not f.replaced_by
        and not f.product
        and (not must or any(w in f.quote.lower() for w in must))
    ]
    return next((f for f in found if f.replaces), found[0] if found else None)


def _proposal(field: str, value: str, f: ContractFinding) -> Proposal:
    return Proposal(field=field, value=value, quote=f.quote[:300], confidence=1.0)


def _told(value: str, given: str) -> str:
    if value == "effective_date":
        return language.day(given)
    return f"{given} days"


def _period(found: re.Match[str]) -> int:
    return int(found.group(1)) * {"day": 1, "month": 30, "year": 365}[found.group(2).lower()]


def _in_days(value: str | int | float, name: str) -> int:
    return int(float(value)) * (30 if name.endswith("months") else 1) if isinstance(value, (int, float)) else 0
