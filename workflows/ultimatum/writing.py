"""A plan as JSON, as Markdown and for a calendar. The private part says that it is private, and stands apart.

The calendar holds days and what to do, and no figure: calendars are shared.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from workflows.domain.contract import Clock
from workflows.domain.draft import Sentence
from workflows.domain.guidance import Dispute, Statement
from workflows.domain.language import day, number, percent, points, usd
from workflows.domain.plan import Amount, Concession, NegotiationPlan, RulingClock, WalkAwayPoint

PRIVATE = "Private: for the owners of the practice. Nothing of this part is sent, said or shared."


def as_json(plan: NegotiationPlan) -> dict[str, Any]:
    """The JSON of docs/commands.md; amounts as text, so that no digit is lost."""
    k = plan.kind
    return {
        "day": plan.day.isoformat(),
        "kind": k.id,
        "kind_title": k.title,
        "kind_because": k.because,
        "kind_sure": k.sure,
        "questions": [q.model_dump() for q in k.asks],
        "clocks": [_clock(c) for c in plan.clocks],
        "walk_away": plan.walk_away.model_dump(mode="json"),
        "reading": plan.reading,
        "signs": [s.model_dump() for s in plan.signs],
        "moves": [{"id": m.id, "title": m.title, "says": [_statement(s) for s in m.says]} for m in plan.moves],
        "concessions": [_concession(c) for c in plan.concessions],
        **_words_json(plan),
        "next_actions": [
            {"date": a.day.isoformat(), "what": a.what, "who": a.who, "clock": a.clock, "sources": list(a.sources)}
            for a in plan.next_actions
        ],
        "disputes": [d.model_dump() for d in plan.disputes],
        "warnings": list(plan.warnings),
    }


def _words_json(plan: NegotiationPlan) -> dict[str, Any]:
    """The words that the payer may hear."""
    return {
        "loses": [_sentence(s) for s in plan.loses],
        "options": [{**o.model_dump(exclude={"say"}), "say": _sentence(o.say)} for o in plan.options],
        "escalation": [
            {
                "order": r.order,
                "role": r.role,
                "date": r.day.isoformat(),
                "when": r.when,
                "say": [_sentence(s) for s in r.say],
            }
            for r in plan.escalation
        ],
        "scripts": [
            {"id": s.id, "title": s.title, "when": s.when, "say": [_sentence(x) for x in s.say]} for s in plan.scripts
        ],
        "objections": [
            {
                "id": o.id,
                "they_say": o.they_say,
                "ask_back": _sentence(o.ask_back),
                "say": [_sentence(s) for s in o.say],
                "lacks": o.lacks,
            }
            for o in plan.objections
        ],
    }


def _clock(clock: RulingClock) -> dict[str, Any]:
    return {
        "what": clock.what,
        "date": clock.day.isoformat() if clock.day else None,
        "from": clock.shown,
        "passed": clock.passed,
        **({"private": True} if clock.private else {}),
        **({"document": clock.document, "page": clock.page, "quote": clock.quote} if clock.document else {}),
    }


def _concession(given: Concession) -> dict[str, Any]:
    because = [_statement(s) for s in given.because]
    return {
        "private": True,
        "order": given.order,
        "give": _sentence(given.give),
        "back": given.back,
        "because": because,
    }


def _sentence(said: Sentence) -> dict[str, Any]:
    return {"text": said.text, "kind": said.kind, "evidence": list(said.evidence)}


def _statement(said: Statement) -> dict[str, Any]:
    return {"text": said.text, "sources": list(said.sources)}


def as_clocks(plan: NegotiationPlan) -> tuple[Clock, ...]:
    """Clocks and actions as entries of a calendar: days and what to do. What tells of leaving stays out: calendars are
    shared."""
    held = [c for c in plan.clocks if c.day and not c.passed and not c.private]
    return (*held, *(Clock(what=a.what, day=a.day, shown=a.who or a.clock) for a in plan.next_actions if not a.clock))


def as_text(plan: NegotiationPlan) -> str:
    """The plan for a terminal, which is the practice's own."""
    return markdown(plan).replace("**", "")


def markdown(plan: NegotiationPlan, *, private: bool = True) -> str:
    """The plan as Markdown; without `private`, what tells where the practice would stop is left out."""
    own = (*_private(plan.walk_away), *_giving(plan)) if private else ()
    blocks = [*_opening(plan, private), *own, *_strategy(plan), *_words(plan)]
    return "\n\n".join(blocks) + "\n"


def _opening(plan: NegotiationPlan, private: bool) -> Iterator[str]:
    k = plan.kind
    yield f"# Plan of {day(plan.day.isoformat())}"
    yield f"**{k.title}.** {k.because} {_cited(k.means)} {_cited(k.act)}"
    if k.asks:
        yield "Answer these first:\n" + _list(f"{q.ask} ({q.where})" for q in k.asks)
    yield "## Clocks\n\n" + _list(
        f"{c.what}: {f'**{day(c.day.isoformat())}**, ' if c.day else ''}{c.shown}"
        f"{f' [{c.document}, page {c.page}]' if c.document else ''}"
        for c in plan.clocks
        if private or not c.private
    )
    if plan.warnings and private:
        yield _list(plan.warnings)
    yield "## Next actions\n\n" + _list(
        f"**{day(a.day.isoformat())}**{f' ({a.who})' if a.who else ''}: {a.what}{_marks(a.sources)}"
        for a in plan.next_actions
    )


def _private(point: WalkAwayPoint) -> Iterator[str]:
    yield f"## Where you would stop\n\n*{PRIVATE}*\n\n{point.says}"
    if point.reasons:
        yield _list(f"{r.says}{_marks(r.sources)}" for r in point.reasons)
    if point.figures:
        rows = [f"| {f.name} | {shown(f)} | {f.shown} |" for f in point.figures]
        yield "\n".join(("| Figure | Amount | How |", "|---|---:|---|", *rows))
    if point.steps:
        yield (
            f"Steps for later rounds, each half the one before and clear of the floor (general knowledge): "
            f"{', '.join(percent(s) for s in point.steps)}."
        )
    if point.grid:
        yield _grid(point)
    if point.missing:
        yield "Still needed for these figures:\n" + _list(f"{a.ask} ({a.where})" for a in point.missing)
    if point.dispute:
        yield _sides(point.dispute)


def _giving(plan: NegotiationPlan) -> Iterator[str]:
    yield f"## What to give, in this order, and what to ask back\n\n*{PRIVATE}*\n\n" + "\n".join(
        f"{c.order}. {c.give.text} Ask back: {c.back}. {_cited(c.because)}" for c in plan.concessions
    )


def shown(figure: Amount) -> str:
    """An amount with its unit: dollars, percent and points are never mixed."""
    if figure.amount is None:
        return "not known"
    match figure.unit:
        case "usd":
            return usd(figure.amount)
        case "percent":
            return percent(figure.amount)
        case "points":
            return points(figure.amount)
        case _:
            return number(figure.amount)


def _grid(point: WalkAwayPoint) -> str:
    staying = sorted({c.staying for c in point.grid})
    refilled = sorted({c.refilled for c in point.grid})
    held = {(c.staying, c.refilled): c.lost for c in point.grid}
    head = " | ".join(f"{percent(r)} refilled" for r in refilled)
    rows = [
        f"| {percent(s)} stay | {' | '.join(usd(held[s, r]) if (s, r) in held else '–' for r in refilled)} |"
        for s in staying
    ]
    tried = (
        f" Nobody gave {' and '.join(a.split(' (')[0].lower() for a in point.assumed)}, so several are tried."
        if point.assumed
        else ""
    )
    title = f"What leaving costs a year, by patients who stay and places filled by others (negative: it gains).{tried}"
    return "\n".join((title, "", f"| | {head} |", f"|---|{'---:|' * len(refilled)}", *rows))


def _sides(dispute: Dispute) -> str:
    return f"The sources disagree. {dispute.question}:\n" + _list(
        (*(f"{s.says} [{', '.join(s.sources)}]" for s in dispute.sides), f"How to read it: {dispute.reading}")
    )


def _strategy(plan: NegotiationPlan) -> Iterator[str]:
    yield f"## Firm or soft\n\n{plan.reading}"
    if plan.signs:
        yield _list(
            f"{'May move' if s.side == 'moves' else 'May hold'}: {s.says}{_marks(s.sources)}" for s in plan.signs
        )
    yield "## Moves\n\n" + "\n".join(f"{i}. **{m.title}.** {_cited(m.says)}" for i, m in enumerate(plan.moves, 1))
    for dispute in plan.disputes:
        yield _sides(dispute)
    if plan.loses:
        yield "## What the plan would lose\n\n" + _list(s.text for s in plan.loses)
    yield "## Ways to agree besides yes and no\n\n" + _list(
        f"**{o.title}** ({o.serves[:1].lower()}{o.serves[1:]}): {o.say.text}{f' Worth {o.priced}.' if o.priced else ''}"
        f"{f' To make it concrete, give {o.lacks}.' if o.lacks else ''}{_marks(o.sources)}"
        for o in plan.options
    )


def _words(plan: NegotiationPlan) -> Iterator[str]:
    yield "## Whom to turn to\n\n" + "\n".join(
        f"{r.order}. **{r.role}**, {day(r.day.isoformat())}. {r.when}. {_quoted(r.say)}{_marks(r.sources)}"
        for r in plan.escalation
    )
    for script in plan.scripts:
        yield (
            f"## Words: {script.title[:1].lower()}{script.title[1:]}\n\n{script.when}.{_marks(script.sources)}\n\n"
            + _list(f'"{s.text}"' for s in script.say)
        )
    yield "## If they say\n\n" + "\n".join(
        f'- **"{o.they_say}"** {_quoted((o.ask_back, *o.say))}{_marks(o.sources)}'
        f"{f' Stronger with: {o.lacks}' if o.lacks else ''}"
        for o in plan.objections
    )


def _quoted(said: Sequence[Sentence]) -> str:
    return f'"{" ".join(s.text for s in said)}"' if said else ""


def _cited(said: Sequence[Statement]) -> str:
    return " ".join(f"{s.text}{_marks((*s.sources, *s.disputes))}" for s in said)


def _marks(sources: Sequence[str]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def _list(lines: Any) -> str:
    return "\n".join(f"- {line}" for line in lines)
