"""What cannot all be true: said at once, kept visible until mended, and kept out of letters.

Each rule is one function over plain answers; it yields the fields it is about and one sentence. A rule never decides
which side is right.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from workflows.domain.answers import Answer, Contradiction, Row
from workflows.domain.language import day, number, percent, usd

Answers = Mapping[str, Answer]
_CENT = Decimal("0.01")


def contradictions(answers: Answers, today: date) -> tuple[Contradiction, ...]:
    """Every contradiction among the answers as of `today`."""
    return tuple(found for rule in _RULES for found in rule(answers, today))


def _all(fields: tuple[str, ...], says: str) -> Contradiction:
    """A contradiction in which no side can be trusted: letters go without every field of it."""
    return Contradiction(fields=fields, says=says, leave_out=fields)


def _number(answers: Answers, field: str) -> Decimal | None:
    given = answers.get(field)
    return Decimal(given.value) if given and isinstance(given.value, str) else None


def _text(answers: Answers, field: str) -> str:
    given = answers.get(field)
    return given.value if given and isinstance(given.value, str) else ""


def _rows(answers: Answers, field: str) -> list[Row]:
    given = answers.get(field)
    return [row for row in given.value if isinstance(row, dict)] if given else []


def _mix(answers: Answers, today: date) -> Iterator[Contradiction]:
    shares = [Decimal(row["share"]) for row in _rows(answers, "diagnoses.top") if "share" in row]
    if sum(shares) > 100:
        yield Contradiction(
            fields=("diagnoses.top",),
            leave_out=("diagnoses.top",),
            says=f"The shares of the top diagnoses add up to {percent(Decimal(sum(shares)))}, which is over 100%.",
        )


def _dates(answers: Answers, today: date) -> Iterator[Contradiction]:
    past = {
        "practice.effective_date": "The agreement's effective date",
        "practice.last_rate_change": "The last rate change",
        "rates.offer_date": "The date of the payer's offer",
    }
    for field, name in past.items():
        given = _text(answers, field)
        if given and given > today.isoformat()[: len(given)]:
            yield _all((field,), says=f"{name} ({day(given)}) lies in the future.")
    future = {
        "ask.answer_by": "The date an answer is wanted by",
        "ask.effective": "The date the new rates should start",
        "rates.offer_answer_by": "The payer's deadline",
    }
    for field, name in future.items():
        given = _text(answers, field)
        if given and given < today.isoformat()[: len(given)]:
            yield _all((field,), says=f"{name} ({day(given)}) is already past.")
    start, change = _text(answers, "practice.effective_date"), _text(answers, "practice.last_rate_change")
    shortest = min(len(start), len(change))
    if start and change and change[:shortest] < start[:shortest]:
        yield _all(
            fields=("practice.last_rate_change", "practice.effective_date"),
            says=f"The last rate change ({day(change)}) is before the agreement took effect ({day(start)}).",
        )


def _volumes(answers: Answers, today: date) -> Iterator[Contradiction]:
    members, visits = _number(answers, "practice.members"), _number(answers, "practice.visits")
    if members is not None and visits is not None and visits < members:
        yield _all(
            fields=("practice.members", "practice.visits"),
            says=f"{number(members)} members cannot have made only {number(visits)} visits: "
            "a member seen made at least one.",
        )
    revenue = _number(answers, "practice.revenue")
    billed = sum(
        (
            Decimal(r["volume"]) * Decimal(r["current"])
            for r in _rows(answers, "rates.codes")
            if "volume" in r and "current" in r
        ),
        Decimal(),
    )
    if revenue is not None and billed > revenue * Decimal("1.02"):
        yield _all(
            fields=("practice.revenue", "rates.codes"),
            says=f"The codes alone come to {usd(billed, cents=False)}, more than the whole revenue from this "
            f"payer ({usd(revenue)}).",
        )
    avoided, calls = (
        _number(answers, "er_avoidance.ed_visits_avoided"),
        _number(answers, "er_avoidance.after_hours_calls"),
    )
    if avoided is not None and calls is not None and avoided > calls and "er_avoidance.same_day_slots" not in answers:
        yield _all(
            fields=("er_avoidance.ed_visits_avoided", "er_avoidance.after_hours_calls"),
            says=f"{number(avoided)} visits avoided is more than the {number(calls)} calls taken.",
        )


def _quality(answers: Answers, today: date) -> Iterator[Contradiction]:
    for i, row in enumerate(_rows(answers, "quality.measures")):
        key = (f"quality.measures[{i}]",)
        if "numerator" not in row or "n" not in row or Decimal(row["n"]) == 0:
            continue
        if Decimal(row["numerator"]) > Decimal(row["n"]):
            yield Contradiction(
                fields=("quality.measures",),
                leave_out=key,
                says=f"{row['measure']}: {row['numerator']} of {row['n']} patients is more than all of them.",
            )
            continue
        worked = Decimal(row["numerator"]) / Decimal(row["n"]) * 100
        if abs(worked - Decimal(row["rate"])) > Decimal("0.6"):
            yield Contradiction(
                fields=("quality.measures",),
                leave_out=key,
                says=f"{row['measure']}: {row['numerator']} of {row['n']} is "
                f"{percent(round(worked, 1))}, not {percent(Decimal(row['rate']))}.",
            )


def _levels(answers: Answers, today: date) -> Iterator[Contradiction]:
    now, asked = _number(answers, "rates.percent_of_medicare"), _number(answers, "ask.percent_of_medicare")
    offered, raised = _number(answers, "rates.offer_percent_of_medicare"), _number(answers, "ask.increase")
    offered_raise = _number(answers, "rates.offer_increase")
    year, ask_year = _text(answers, "rates.medicare_year"), _text(answers, "ask.medicare_year")
    same_year = not year or not ask_year or year == ask_year
    if now is not None and asked is not None and same_year:
        if asked <= now:
            yield _all(
                fields=("ask.percent_of_medicare", "rates.percent_of_medicare"),
                says=f"The request ({percent(asked)} of Medicare) is not above the present level ({percent(now)}).",
            )
        elif raised is not None and abs((asked / now - 1) * 100 - raised) > Decimal("0.5"):
            worked = round((asked / now - 1) * 100, 1)
            # A level is unambiguous; the increase is the side that confuses points with percent.
            yield Contradiction(
                fields=("ask.increase", "ask.percent_of_medicare"),
                leave_out=("ask.increase",),
                says=f"From {percent(now)} to {percent(asked)} of Medicare is {number(asked - now)} points and "
                f"{percent(worked)}, but the increase given is {percent(raised)}: points are not percent.",
            )
    if offered is not None and asked is not None and asked <= offered:
        yield _all(
            fields=("ask.percent_of_medicare", "rates.offer_percent_of_medicare"),
            says=f"The request ({percent(asked)} of Medicare) is not above the offer ({percent(offered)}).",
        )
    if raised is not None and offered_raise is not None and raised <= offered_raise:
        yield _all(
            fields=("ask.increase", "rates.offer_increase"),
            says=f"The request ({percent(raised)}) is not above the offer ({percent(offered_raise)}).",
        )


def _codes(answers: Answers, today: date) -> Iterator[Contradiction]:
    seen: dict[str, str] = {}
    for i, row in enumerate(_rows(answers, "rates.codes")):
        key = (f"rates.codes[{i}]",)
        code, current, proposed = row["code"], row.get("current"), row.get("proposed")
        if code in seen and seen[code] != (current or ""):
            yield Contradiction(
                fields=("rates.codes",), leave_out=key, says=f"Code {code} stands twice with different amounts."
            )
        seen[code] = current or ""
        if current and proposed and Decimal(proposed) < Decimal(current):
            yield Contradiction(
                fields=("rates.codes",),
                leave_out=key,
                says=f"Code {code}: the proposal ({usd(Decimal(proposed), cents=True)}) is "
                f"below what is paid now ({usd(Decimal(current), cents=True)}).",
            )
        offered, raised = row.get("offered"), _number(answers, "rates.offer_increase")
        if current and offered and raised is not None:
            worked = Decimal(current) * (1 + raised / 100)
            if abs(worked - Decimal(offered)) > max(_CENT * 5, Decimal(current) * Decimal("0.01")):
                yield Contradiction(
                    fields=("rates.codes", "rates.offer_increase"),
                    leave_out=("rates.offer_increase",),
                    says=f"Code {code}: an increase of {percent(raised)} on {usd(Decimal(current), cents=True)} is "
                    f"{usd(round(worked, 2), cents=True)}, but the offer is given as {usd(Decimal(offered), cents=True)}.",
                )


def _limits(answers: Answers, today: date) -> Iterator[Contradiction]:
    pairs = (
        ("walk_away.lowest_percent_of_medicare", "ask.percent_of_medicare"),
        ("walk_away.lowest_increase", "ask.increase"),
    )
    for floor_field, ask_field in pairs:
        floor, asked = _number(answers, floor_field), _number(answers, ask_field)
        if floor is not None and asked is not None and floor > asked:
            yield Contradiction(
                fields=(floor_field, ask_field), says="What you ask for is below the least you would accept (private)."
            )


_RULES: tuple[Callable[[Answers, date], Iterator[Contradiction]], ...] = (
    _mix,
    _dates,
    _volumes,
    _quality,
    _levels,
    _codes,
    _limits,
)
