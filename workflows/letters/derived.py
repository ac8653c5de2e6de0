"""The short phrases letters need beside the answers: who we are, what was offered, what is asked, the letter's dates.

Each is evidence made from evidence, with its rule; nothing is added that was not said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.evidence import Evidence, Figure, FromBenchmark, FromCalculation, Grade
from workflows.domain.knowledge import Benchmark
from workflows.domain.language import MONTHS, day, figures, joined, number, percent, usd

_RAISE = "an increase of "
REPLY_DAYS = 21  # about three weeks is the customary time to answer (S27)


def phrase(
    key: str, value: str, rule: str, inputs: Sequence[Evidence] = (), grade: Grade = "measured", says: str = ""
) -> Evidence:
    """Evidence whose value is a phrase put together from `inputs`; `says` is its sentence when it needs more words."""
    says = says or f"{value[:1].upper()}{value[1:]}{'' if value.endswith('.') else '.'}"
    found = dict.fromkeys((f.amount, f.unit) for f in (*figures(value), *figures(says)))
    return Evidence(
        key=key,
        says=says,
        value=value,
        bare=value,
        grade=grade,
        source=FromCalculation(
            rule=rule, inputs=tuple(e.id for e in inputs), shown=" ".join(e.says for e in inputs) or value
        ),
        figures=tuple(Figure(amount=a, unit=u, role=key) for a, u in found),
    )


def derived(known: Mapping[str, Evidence], today: date) -> Iterator[Evidence]:
    """All phrases that can be made from `known` as of `today`."""
    yield from _team(known)
    yield from _offer(known)
    yield from _request(known)
    yield from _dates(known, today)


def _some(known: Mapping[str, Evidence], *keys: str) -> list[Evidence]:
    return [known[k] for k in keys if k in known]


def _team(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    people = [
        e
        for e in _some(known, "practice.physicians", "practice.advanced_practice", "practice.other_clinicians")
        if e.bare != "0"
    ]
    if people:
        solo = len(people) == 1 and people[0].key == "practice.physicians" and people[0].bare == "1"
        said = "a solo practice" if solo else joined([e.value for e in people])
        yield phrase("team.summary", said, "the clinicians counted in the interview", people)
    rows = [row for key, row in known.items() if key.startswith("diagnoses.top[")][:3]
    if rows:
        named = [
            row.parts["condition"]
            + (
                f" ({row.parts['patients']})"
                if "patients" in row.parts
                else f" ({row.parts['share']} of visits)"
                if "share" in row.parts
                else ""
            )
            for row in rows
        ]
        yield phrase("team.conditions", joined(named), "the first diagnoses of the interview", rows)
        plain = joined([row.parts["condition"] for row in rows])
        yield phrase("team.treats", plain, "the first diagnoses of the interview", rows)


def _offer(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    terms = known.get("rates.offer_terms")
    level, raised = known.get("rates.offer_percent_of_medicare"), known.get("rates.offer_increase")
    said, used = "", []
    if raised:
        share = raised.figures_of("percent") or Decimal()
        said = (
            f"an increase of {raised.value}"
            if share > 0
            else "no increase"
            if share == 0
            else f"a cut of {percent(-share)}"
        )
        used = [raised]
    if level:
        said = f"{said}, that is {level.value} of Medicare" if said else f"{level.value} of Medicare"
        used.append(level)
    if not said and any(key.startswith("worth.line[") and key.endswith("offered") for key in known):
        said, used = (
            "the fees shown as offered in the table below",
            [e for k, e in known.items() if k.endswith("].offered")],
        )
    if terms:
        said = f"{said} ({terms.value.rstrip('.')})" if said else terms.value.rstrip(".")
        used.append(terms)
    if said:
        yield phrase("offer.summary", said, "the terms of the offer as the practice gave them", used)


def _request(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    level, year, raised = (known.get(k) for k in ("ask.percent_of_medicare", "ask.medicare_year", "ask.increase"))
    families = [row for key, row in known.items() if key.startswith("ask.families[")]
    escalator = known.get("ask.escalator")
    said: list[str] = []
    used: list[Evidence] = []
    dated = [year] if year and (level or families) else []
    if families:
        said, used = [_family(row, year) for row in families], [*families]
    rest = " for all other codes" if families else ""
    if level:
        kept = ", with no code below its present rate"  # a level for all could lower a code that is paid better
        said.append(f"{level.value} of {year.value + ' ' if year else ''}Medicare{rest}{kept}")
        used.append(level)
    elif raised:
        said.append(f"an increase of {raised.value}{rest}")
        used.append(raised)
    elif not said:
        proposed = [e for k, e in known.items() if k.startswith("worth.line[") and k.endswith(".proposed")]
        said, used = (["the fees proposed in the table below"], proposed) if proposed else ([], [])
    if len(said) > 1 and all(one.startswith(_RAISE) for one in said):
        said = [f"increases of {said[0].removeprefix(_RAISE)}", *(one.removeprefix(_RAISE) for one in said[1:])]
    summary = joined(said)
    if summary and escalator:
        and_with = ", and" if summary.endswith("present rate") else ", with"
        summary, used = f"{summary}{and_with} a yearly escalator of {escalator.value}", [*used, escalator]
    if summary and families:  # they name their own scope
        yield phrase("request.families", summary, "the request by family", [*used, *dated])
    if summary:
        yield phrase("request.summary", summary, "the request as the practice gave it", [*used, *dated])


def _family(row: Evidence, year: Evidence | None) -> str:
    parts = row.parts
    if "percent_of_medicare" in parts:
        return f"{parts['percent_of_medicare']} of {year.value + ' ' if year else ''}Medicare for {parts['family']}"
    return f"an increase of {parts['increase']} for {parts['family']}" if "increase" in parts else parts["family"]


def _dates(known: Mapping[str, Evidence], today: date) -> Iterator[Evidence]:
    yield phrase("letter.day", day(today.isoformat()), "the day of the letter")
    yield phrase("letter.month", f"{MONTHS[today.month - 1]} {today.year}", "the day of the letter")
    reply = today + timedelta(days=REPLY_DAYS)
    while reply.weekday() > 4:
        reply += timedelta(days=1)
    yield phrase(
        "letter.answer_by", day(reply.isoformat()), f"the day of the letter and {REPLY_DAYS} days, on a working day"
    )
    manager = known.get("practice.contract_manager")
    if manager:
        yield phrase("letter.addressee", manager.value.split(",")[0].strip(), "the name before the comma", [manager])
    if known.get("ask.tone") and known["ask.tone"].bare == "warm":
        yield phrase("letter.warm", "warm", "the tone chosen", [known["ask.tone"]])
    changed = known.get("practice.last_rate_change")
    if changed:
        to_the_day = any(f.unit == "date" and len(str(f.amount)) == 8 for f in changed.figures)
        yield phrase(
            "letter.last_change",
            f"{'on' if to_the_day else 'in'} {changed.value}",
            "the date of the last rate change",
            [changed],
        )
        since = _elapsed(changed, today)
        if since:
            yield phrase(
                "worth.years_since",
                since,
                "from the last rate change to the day of the letter, in whole years",
                [changed],
            )
        start = known.get("ask.effective")
        until = _first_day(start) if start else None
        held = _elapsed(changed, until) if until and until > today else ""
        if start and held:
            yield phrase(
                "worth.years_held",
                held,
                "from the last rate change to the new rates, in whole years",
                [changed, start],
            )


def _first_day(of: Evidence) -> date | None:
    digits = str(next((f.amount for f in of.figures if f.unit == "date"), ""))
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8] or 1)) if len(digits) >= 6 else None


def _elapsed(changed: Evidence, today: date) -> str:
    found = next((f for f in changed.figures if f.unit in ("date", "year")), None)
    if found is None:
        return ""
    digits = str(found.amount)
    year, month = int(digits[:4]), int(digits[4:6] or "1") if len(digits) > 4 else 1
    dom = int(digits[6:8]) if len(digits) == 8 else 1
    months = (today.year - year) * 12 + today.month - month - (today.day < dom)
    if len(digits) == 4:  # only the year is known: say no more than is certain
        years = today.year - year - 1
        return f"at least {years} year{'' if years == 1 else 's'}" if years >= 1 else ""
    if months >= 12:
        exact = months % 12 == 0 and (today.day == dom or len(digits) == 6)
        return f"{'' if exact else 'more than '}{months // 12} year{'' if months < 24 else 's'}"
    return f"{months} months" if months > 1 else ""


_FELL = re.compile(r"\b(?:fell|fallen|dropp|decreas|declin|lower|down)", re.I)


def pace(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """The increase asked for each full year since the last change, and the yearly rise of the costs told where it is
    no smaller: why this figure and not another."""
    asked, cost = (known.get(k) for k in ("worth.ask_percent", "rates.cost_trend"))
    since = known.get("worth.years_held") or known.get("worth.years_since")
    share = asked.figures_of("percent") if asked else None
    years = since.figures_of("count") if since and "year" in since.value else None
    if asked is None or since is None or not share or not years or years < 2:
        return
    yield _yearly("worth.per_year", share, years, "full year from the last change to the new rates", [asked, since])
    rises = [f.amount for f in figures(cost.value) if f.unit == "percent"] if cost else []
    between = [f.amount for f in figures(cost.value) if f.unit == "year"] if cost else []
    if cost and len(rises) == 1 and len(between) == 2 and between[0] < between[1] and not _FELL.search(cost.value):
        span = between[1] - between[0]
        if rises[0] / span >= share / years:
            yield _yearly("worth.cost_per_year", rises[0], span, "year of the costs told", [cost])


def _yearly(key: str, share: Decimal, years: Decimal, what: str, inputs: Sequence[Evidence]) -> Evidence:
    each = percent((share / years).quantize(Decimal("0.1"), ROUND_HALF_UP))
    made = phrase(key, each, f"percent / {what}", inputs, says=f"{percent(share)} is {each} a year, for each {what}.")
    shown = f"{percent(share)} / {number(years)} = {each}"
    return made.model_copy(update={"source": made.source.model_copy(update={"shown": shown})})


def published(benchmarks: Sequence[Benchmark]) -> Iterator[Evidence]:
    """The benchmarks as evidence with keys "benchmark.*", and the difference letters use for scale."""
    made = {}
    for b in benchmarks:
        value = usd(b.amount) if b.unit == "usd" else percent(b.amount) if b.unit == "percent" else number(b.amount)
        found = dict.fromkeys((f.amount, f.unit) for f in (*figures(value), *figures(b.says)))
        made[b.id] = Evidence(
            key=f"benchmark.{b.id}",
            says=b.says,
            value=value,
            bare=value,
            grade="measured",
            source=FromBenchmark(benchmark=b.id, as_of=b.year, publisher=b.publisher, url=b.url),
            figures=tuple(Figure(amount=a, unit=u, role=f"benchmark.{b.id}") for a, u in found),
        )
    yield from made.values()
    pair = [made.get(k) for k in ("ed_primary_care_treatable", "office_primary_care_treatable")]
    high, low = (p.figures_of("usd") if p else None for p in pair)
    if high is not None and low is not None:
        yield phrase(
            "worth.ed_difference",
            usd(high - low),
            "emergency department less office, same source and year",
            [p for p in pair if p],
            "estimated",
        )
