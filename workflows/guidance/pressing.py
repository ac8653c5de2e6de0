"""What a question tells, in sentences; the steps that fit the time it leaves; what it asks in passing.

Steps are an article's own statements. Where the time that is left is shorter than they take (three weeks for a reply),
those of another passage stand in for them, each behind the day it is due.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from workflows.domain.days import (
    business_day_from,
    business_day_until,
    business_days_after,
    business_days_between,
    said,
)
from workflows.domain.guidance import (
    Article,
    Direct,
    FromQuestion,
    Passage,
    Shelf,
    Stated,
    StatedWhat,
    StatedWords,
    Statement,
)

ON_ULTIMATUM = ("take-it-or-leave-it", "ultimatum-", "fee-schedule-cut-notice")
"""How the names of the articles on an ultimatum begin. Such an article leads and keeps most of the room, and its steps,
which are dated and end in the counteroffer letter, stand last."""
REPLY, SEND = 21, 5  # days they are customarily given to answer (S27); business days until the letter is sent
FEW = 5  # business days up to which there is no time for a halfway house
MOST_DIRECT, MOST_TOLD = 3, 4
LETTER = "counteroffer letter"  # what the steps of every article on an ultimatum end in
_TELLS: tuple[StatedWhat, ...] = ("answer_by", "object_by", "ends_on", "starts_on", "revenue_share", "patient_share", "member_share", "change", "notice_days")  # fmt: skip
_HUNDRED = Decimal(100)


def on_ultimatum(article: str) -> bool:
    """Whether the article is one of those on an ultimatum."""
    return article.startswith(ON_ULTIMATUM)


def with_held(told: FromQuestion, held: date | None) -> FromQuestion:
    """What a question tells, with the day to answer by that the open case holds, where that is still to come."""
    return told.model_copy(update={"held": held}) if held and held >= told.today else told


def cuts(told: FromQuestion | None) -> bool:
    """Whether the question tells of fees that go down from a day on: an ultimatum by another name."""
    change = told.of("change") if told else None
    return bool(told and change and Decimal(change.value) < 0 and told.ruling)


def fitting(article: str, told: FromQuestion, words: StatedWords) -> str:
    """The article on an ultimatum that what is told calls for, where `article` is another: of the kind of paper that is
    told, else, instead of the general one, on a call or on a deadline; on a call only where one is told of."""
    kind, channel = told.of("kind"), told.of("channel")
    called = channel is not None and channel.value == "phone"
    own = words.articles.get(kind.value, "") if kind else ""
    general, phone, deadline, cut = (words.articles[name] for name in ("general", "phone", "deadline", "cut"))
    of_kinds = {words.articles[name] for name in ("amendment", "renewal", "new_contract")}
    if article == phone and called:
        return article
    if article == phone or (own and own != article and article in {*of_kinds, general, deadline, cut}):
        article = own or general
    if article == general and called:
        return phone
    if article == deadline and spell(told) == "passed":
        return own or general
    return deadline if article == general and spell(told) in ("few", "days") else article


def spell(told: FromQuestion) -> Literal["passed", "few", "days", "weeks", "none"]:
    """How much time the date that rules leaves: none is named, it has passed, a few days, too little for the customary
    reply, or enough."""
    day = told.ruling_day
    if day is None:
        return "none"
    if day < told.today:
        return "passed"
    if business_days_between(told.today, day) <= FEW:
        return "few"
    sent = business_days_after(told.today, SEND)
    return "days" if day < sent + timedelta(days=REPLY) else "weeks"


def steps(shelf: Shelf, article: Article, told: FromQuestion | None) -> list[tuple[Passage, Statement]]:
    """The steps of an article, those that take longer than is left replaced by others."""
    own = next(p for p in article.passages if p.heading == "Steps")
    mine = [(own, statement) for statement in own.statements]
    left = spell(told) if told and on_ultimatum(article.id) else "none"
    if left in ("none", "weeks") or left not in shelf.told.steps:
        return mine
    elsewhere, heading = shelf.told.steps[left]
    instead = article.passage(heading) or shelf.articles[elsewhere].passage(heading)
    if instead is None:
        return mine
    return [(p, s) for p, s in mine if LETTER not in s.text] + [(instead, s) for s in instead.statements]


def due(statement: Statement, told: FromQuestion, words: StatedWords) -> date | None:
    """The day by which a step is due, from the words it begins with; None where they name none."""
    when = next((d for begins, d in words.begins.items() if statement.text.startswith(begins)), None)
    if when is None:
        return None
    first = business_day_from(told.today)
    ruling = told.ruling_day
    if when.counts == "today":
        return business_days_after(told.today, when.days) if when.days else told.today
    if ruling is None or ruling < told.today:
        return None
    last = business_day_until(ruling)
    if when.counts == "halfway":
        found = business_days_after(told.today, -(-business_days_between(told.today, ruling) // 2))
    else:
        found = business_days_after(last, when.days) if when.days else last
    return max(first, found) if found < last else max(told.today, last)


def sentences(
    told: FromQuestion, words: StatedWords, fields: frozenset[str] | None = None
) -> Iterator[tuple[Stated, str]]:
    """What the question tells, as sentences, the date that rules first; only what answers one of `fields` where they
    are given."""
    ruling = told.ruling
    stated = [ruling] if ruling else []
    stated += [one for what in _TELLS for one in told.stated if one.what == what and one is not ruling]
    chosen = [one for one in stated if fields is None or fields & set(words.fields.get(one.what, ()))]
    for one in chosen[:MOST_TOLD]:
        if text := _sentence(one, told, words.says):
            yield one, text


def _sentence(one: Stated, told: FromQuestion, says: dict[str, str]) -> str:
    if one.day is not None:
        return _of_day(one, one.day, told, says)
    value = Decimal(one.value)
    slots = {"words": one.words, "value": f"{abs(value):f}"}
    if one.what == "notice_days":
        slots["day"] = weekday(told.today + timedelta(days=int(value)), None)
    if one.what != "change":
        return says[one.what].format(**slots)
    if value <= -_HUNDRED:
        return ""
    slots["fee"] = f"${(_HUNDRED + value).quantize(Decimal('0.01')):f}"
    slots["back"] = f"{_undone(value):f}"
    return says["change_down" if value < 0 else "change_up"].format(**slots)


def _undone(fall: Decimal) -> Decimal:
    """The rise in percent, to one decimal, that undoes a fall: 8 off 100 leaves 92, and 8 on 92 is 8.7 percent."""
    return (-fall * _HUNDRED / (_HUNDRED + fall)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _of_day(one: Stated, day: date, told: FromQuestion, says: dict[str, str]) -> str:
    left = business_days_between(told.today, day)
    slots = {
        "words": one.words,
        "day": weekday(day, None),
        "today": weekday(told.today, day).partition(", ")[2],
        "left": f"{left} business day{'' if left == 1 else 's'}",
    }
    if day < told.today:
        return says["passed"].format(**slots)
    parts = [says[one.what].format(**slots)]
    if one.since and not one.doubt:
        parts.append(says["since"].format(since=weekday(one.since, day)))
    elif one.doubt:
        parts.append(says[one.doubt].format(**slots))
    return " ".join(parts)


def weekday(day: date, near: date | None) -> str:
    """A day with its weekday, without its year where that is the year of `near`."""
    written = said(day)
    return f"{day:%A}, {written.rpartition(',')[0] if near and near.year == day.year else written}"


def by(day: date, today: date) -> str:
    """What stands before a step that is due by a day."""
    return f"Today, {weekday(day, today)}: " if day == today else f"By {weekday(day, today)}: "


def in_passing(question: str, lead: Article | None, shelf: Shelf) -> list[tuple[Direct, Passage, Sequence[Statement]]]:
    """What the question asks in passing, each with the statements that answer it; of the article that leads where that
    is not on an ultimatum."""
    if lead is None:
        return []
    found: list[tuple[Direct, Passage, Sequence[Statement]]] = []
    open_here = [d for d in shelf.told.direct if on_ultimatum(lead.id) or lead.id == d.article]
    for direct in sorted((d for d in open_here if d.shown(question)), key=lambda d: (d.aside, d.place(question))):
        if direct.article in {other.article for other, _, _ in found}:
            continue
        passage = shelf.passage(direct.article, direct.heading)
        chosen = [s for s in passage.statements if s.text.startswith(direct.begins)][: direct.most] if passage else []
        if passage and chosen:
            found.append((direct, passage, chosen))
    return found[:MOST_DIRECT]
