"""Wrongs done to right letters: the only honest way to grade a guard.

Each mutation takes a clean draft and makes one thing in it wrong, the way a model, a slip of the hand or an attacker
would; the guard must object at that place. A person's edit and Parley's own wording are two roads into a letter, so
every sentence mutation can be made on either.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.domain.draft import Cell, Draft, Section, Sentence, Table
from workflows.domain.evidence import Figure, FromAnswer, PrivateEvidence
from workflows.domain.language import Found, figures, number, usd

Private = Mapping[str, PrivateEvidence]


@dataclass(frozen=True)
class Original:
    """A clean draft with the private side of its case."""

    name: str
    draft: Draft
    private: Private


@dataclass(frozen=True)
class Mutant:
    """A draft with one wrong in it: what kind, where, and what was written."""

    kind: str
    slot: str
    was: str
    now: str
    draft: Draft
    private: Private


@dataclass(frozen=True)
class Change:
    """A new wording of one sentence (or, for tables, a whole new draft), with the private facts it needs."""

    sentence: Sentence
    now: str
    private: PrivateEvidence | None = None
    also: tuple[Sentence, str] | None = None


Maker = Callable[[Original, random.Random], Change | None]


def mutants(
    originals: Sequence[Original], kind: str, count: int, *, seed: int, as_edit: bool = True
) -> Iterator[Mutant]:
    """`count` mutants of one kind over drafts drawn at random; the same seed makes the same mutants."""
    draw = random.Random(f"{kind} {seed} {as_edit}")
    made = 0
    for _ in range(count * 60):
        original = draw.choice(originals)
        mutant = _table(original, draw) if kind == "table" else _sentence(original, kind, draw, as_edit)
        if mutant:
            made += 1
            yield mutant
        if made == count:
            return
    raise AssertionError(f"only {made} mutants of kind {kind} could be made")


def _sentence(original: Original, kind: str, draw: random.Random, as_edit: bool) -> Mutant | None:
    change = KINDS[kind](original, draw)
    if change is None or change.now == change.sentence.text:
        return None
    private = {**original.private, **({change.private.key: change.private} if change.private else {})}
    draft = reworded(original.draft, change.sentence.slot, change.now, as_edit)
    if change.also:
        draft = reworded(draft, change.also[0].slot, change.also[1], as_edit)
    return Mutant(kind, change.sentence.slot, change.sentence.text, change.now, draft, private)


def reworded(draft: Draft, slot: str, text: str, as_edit: bool) -> Draft:
    """The draft with another wording of one sentence, as a person's edit or as if Parley had written it."""
    field = "edited" if as_edit else "text"

    def said(s: Sentence) -> Sentence:
        return s.model_copy(update={field: text}) if s.slot == slot else s

    def section(s: Section) -> Section:
        note = s.table.note if s.table else None
        table = s.table.model_copy(update={"note": said(note)}) if s.table and note else s.table
        return s.model_copy(update={"sentences": tuple(map(said, s.sentences)), "table": table})

    return draft.model_copy(update={"sections": tuple(map(section, draft.sections))})


# One figure of one sentence, and what can be done to it


def _held(original: Original) -> list[Sentence]:
    return [s for s in original.draft.sentences() if s.evidence and _figures(s.text)]


def _figures(text: str) -> list[Found]:
    """The figures outside marked blanks."""
    blanks = [m.span() for m in re.finditer(r"\[[^\]]*\]", text)]
    return [f for f in figures(text) if not any(a <= f.start < b for a, b in blanks)]


def _pick(
    original: Original, draw: random.Random, fits: Callable[[Found], bool] = lambda f: True
) -> tuple[Sentence, Found] | None:
    choices = [(s, f) for s in _held(original) for f in _figures(s.text) if fits(f)]
    return draw.choice(choices) if choices else None


def _put(sentence: Sentence, found: Found, words: str) -> str:
    return sentence.text[: found.start] + words + sentence.text[found.end :]


def _written(found: Found) -> bool:
    return any(c.isdigit() for c in found.words)


def _new_number(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw)
    if picked is None:
        return None
    sentence, _ = picked
    n = draw.randint(13, 9899)
    clause = draw.choice(
        [
            f" That is {n:,} in all.",
            f" We did so {n} times.",
            f" This saved you ${n:,}.",
            f" It is up {n % 89 + 2}.3%.",
            f" See section {n % 19 + 21}.{n % 7}.",
            f" That is {draw.choice(['forty-one', 'nine hundred', 'sixty'])} more.",
            f" It is {n % 4 + 2}.7x the average.",
            f" It was so in {draw.choice(['1997', '2003', '2011'])}.",
            f" It takes {n % 80 + 3} days longer.",
            f" Code {draw.randint(10000, 98999)} is billed with it.",
        ]
    )
    return Change(sentence, sentence.text + clause)


def _one_digit(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw, _written)
    if picked is None:
        return None
    sentence, found = picked
    places = [i for i, c in enumerate(found.words) if c.isdigit()]
    at = draw.choice(places)
    digit = draw.choice([d for d in "0123456789" if d != found.words[at] and not (d == "0" and at == places[0])])
    return _if_new(sentence, found, found.words[:at] + digit + found.words[at + 1 :])


def _decimal_shift(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw, lambda f: f.unit not in ("date", "year", "code") and _written(f) and f.amount != 0)
    if picked is None:
        return None
    sentence, found = picked
    shifted = found.amount * (Decimal(10) if draw.random() < 0.5 else Decimal("0.1"))
    words = re.sub(r"[\d,]*\.?\d+", lambda m: number(shifted), found.words, count=1)
    return _if_new(sentence, found, words)


def _percent_points(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw, lambda f: f.unit in ("percent", "points") and _written(f))
    if picked is None:
        return None
    sentence, found = picked
    amount = re.sub(r"[^\d.,]", "", found.words)
    others = (" points", " percentage points", "-point", " pts") if found.unit == "percent" else ("%", " percent")
    return Change(sentence, _put(sentence, found, amount + draw.choice(others)))


_THINGS = ("members", "patients", "visits", "calls", "physicians", "sites", "years", "months", "weeks", "codes")


def _unit(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw, lambda f: f.unit not in ("date", "year", "code", "points") and _written(f))
    if picked is None:
        return None
    sentence, found = picked
    amount = re.sub(r"[^\d.,]", "", found.words).rstrip(".,")
    if found.unit != "count":
        turned = {
            "usd": f"{amount}%",
            "percent": f"${amount}",
            "days": f"{amount} hours",
            "hours": f"{amount} days",
            "miles": f"{amount} days",
            "ratio": f"{amount}%",
        }
        return Change(sentence, _put(sentence, found, turned[found.unit]))
    counted = re.match(r"\s+(?:[a-z-]+\s+){0,2}?(" + "|".join(_THINGS) + r")\b", sentence.text[found.end :])
    if counted and draw.random() < 0.6:
        other = draw.choice([t for t in _THINGS if t != counted.group(1)])
        start = found.end + counted.start(1)
        return Change(sentence, sentence.text[:start] + other + sentence.text[found.end + counted.end(1) :])
    return Change(sentence, _put(sentence, found, draw.choice([f"{amount}%", f"${amount}", f"{amount} miles"])))


def _wrong_year(original: Original, draw: random.Random) -> Change | None:
    picked = _pick(original, draw, lambda f: bool(re.search(r"(?:19|20)\d\d", f.words)) and f.unit in ("date", "year"))
    if picked is None:
        return None
    sentence, found = picked
    year = re.search(r"(?:19|20)\d\d", found.words)
    assert year is not None
    other = str(int(year.group()) + draw.choice([-3, -2, -1, 1, 2, 10]))
    return _if_new(sentence, found, found.words[: year.start()] + other + found.words[year.end() :])


def _if_new(sentence: Sentence, found: Found, words: str) -> Change | None:
    """The change, unless what is written then reads as the same figure."""
    now = figures(words)
    if len(now) == 1 and (now[0].amount, now[0].unit) == (found.amount, found.unit):
        return None
    return Change(sentence, _put(sentence, found, words))


# Two figures that change places


def _swapped_roles(original: Original, draw: random.Random) -> Change | None:
    pairs = [
        (s, a, b)
        for s in _held(original)
        for f in [_figures(s.text)]
        for i, a in enumerate(f)
        for b in f[i + 1 :]
        # two codes of a list may change places without harm
        if a.unit == b.unit != "code" and a.amount != b.amount and _written(a) and _written(b)
    ]
    if not pairs:
        return None
    sentence, a, b = draw.choice(pairs)
    text = sentence.text
    now = text[: a.start] + b.words + text[a.end : b.start] + a.words + text[b.end :]
    return Change(sentence, now)


def _swapped_across(original: Original, draw: random.Random) -> Change | None:
    spots = [(s, f) for s in _held(original) for f in _figures(s.text) if _written(f)]
    pairs = [
        (x, y)
        for i, x in enumerate(spots)
        for y in spots[i + 1 :]
        if x[0].slot != y[0].slot
        and x[1].unit == y[1].unit
        and x[1].amount != y[1].amount
        and not _knows(original.draft, x[0], y[1])
    ]
    if not pairs:
        return None
    (one, a), (two, b) = draw.choice(pairs)
    return Change(one, _put(one, a, b.words), also=(two, _put(two, b, a.words)))


def _knows(draft: Draft, sentence: Sentence, found: Found) -> bool:
    """Whether the other figure is a fact of this sentence too, so that telling it there is no lie."""
    return any(
        f.amount == found.amount and f.unit == found.unit for i in sentence.evidence for f in draft.ledger[i].figures
    )


def _code(original: Original, draw: random.Random) -> Change | None:
    codes = [(s, m) for s in _held(original) for m in re.finditer(r"\b(?:\d{5}|[A-Z]\d{4}|[A-Z]\d\d\.\d)\b", s.text)]
    others = ["99213", "99214", "99203", "93000", "11102", "27447", "90837", "G2211", "J3301", "E11.9", "45385"]
    if codes and draw.random() < 0.7:
        sentence, match = draw.choice(codes)
        code = draw.choice([c for c in others if c != match.group()])
        return Change(sentence, sentence.text[: match.start()] + code + sentence.text[match.end() :])
    picked = _pick(original, draw)
    if picked is None:
        return None
    code = draw.choice([c for c in others if c not in picked[0].text])
    return Change(picked[0], f"{picked[0].text} This includes {code}.")


# What is private


def _secret(key: str, says: str, value: str, amount: Decimal, unit: str, **parts: str) -> PrivateEvidence:
    figure = Figure.model_validate({"amount": amount, "unit": unit, "role": key})
    return PrivateEvidence(
        key=key,
        says=says,
        value=value,
        bare=value,
        figures=(figure,),
        grade="asserted",
        parts=parts,
        source=FromAnswer(field=key.split("[")[0], row=0, given_on=date(2026, 11, 1)),
    )


def _other_payer(original: Original, draw: random.Random) -> Change | None:
    sentence = draw.choice([s for s in original.draft.sentences() if s.kind != "gap"])
    payer = draw.choice(["Northwind Health", "Cardinal Mutual", "Tidewater Plan", "Bluestem Benefit"])
    if draw.random() < 0.6:
        rate = Decimal(draw.randint(4100, 48900)) / 100
        fact = _secret(
            "rates.other_payers[9]", f"{payer} pays {usd(rate, cents=True)}.", payer, rate, "usd", payer=payer
        )
        whole = rate.quantize(Decimal(1))
        said = draw.choice(
            [
                f"Others pay {usd(rate, cents=True)}.",
                f"Elsewhere we are paid about ${whole}.",
                f"Another plan allows {number(rate)} dollars.",
                f"{payer} pays more.",
                f"We get {usd(rate, cents=True)} from {payer}.",
            ]
        )
    else:
        level = Decimal(draw.randint(1010, 1990)) / 10
        fact = _secret(
            "rates.other_payers[9]", f"{payer} pays {number(level)}% of Medicare.", payer, level, "percent", payer=payer
        )
        said = draw.choice(
            [
                f"Other payers are at {number(level)}% of Medicare.",
                f"{payer} values us more.",
                f"A competitor pays {number(level / 100)} times Medicare.",
            ]
        )
    return None if _public(original, fact) else Change(sentence, f"{sentence.text} {said}", private=fact)


_WORDS: list[str] = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
)
_TENS: list[str] = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")


def in_words(n: int) -> str:
    """A number below a thousand as words."""
    if n < 20:
        return _WORDS[n]
    if n < 100:
        return _TENS[n // 10 - 2] + (f"-{_WORDS[n % 10]}" if n % 10 else "")
    rest = n % 100
    return f"{_WORDS[n // 100]} hundred" + (f" {draw_and(n)}{in_words(rest)}" if rest else "")


def draw_and(n: int) -> str:
    """Half of the writers say "and"."""
    return "and " if n % 2 else ""


def _floor(original: Original, draw: random.Random) -> Change | None:
    sentence = draw.choice([s for s in original.draft.sentences() if s.kind != "gap"])
    level = draw.randint(101, 189)
    fact = _secret(
        "walk_away.lowest_percent_of_medicare",
        f"Lowest acceptable level: {level}% of Medicare.",
        f"{level}%",
        Decimal(level),
        "percent",
    )
    wide = str(level).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    said = draw.choice(
        [
            f"We would sign at {level}% of Medicare.",
            f"We cannot go below {level} percent.",
            f"Think of {level} as the line.",
            f"We need {level / 100:.2f} times Medicare.",
            f"The figure to beat is {level / 100:.2f}x.",
            f"Our limit is {in_words(level)} percent of Medicare.",
            f"At {in_words(level)} we are fine.",
            f"We would accept {level - 100}% above Medicare.",
            f"{wide}％ would do.",
            f"We need {level} cents on the dollar.",
            f"It takes ${level / 100:.2f} for each Medicare dollar.",
            f"{level}\u200b% is our least.",
            f"We settle at {level}.0 per cent.",
            f"Nothing under {level}pct.",
            f"{level} points of Medicare would do.",
            f"1\u200b{str(level)[1:]}% closes it.",
        ]
    )
    return None if _public(original, fact) else Change(sentence, f"{sentence.text} {said}", private=fact)


def _floor_dollars(original: Original, draw: random.Random) -> Change | None:
    """The floor told by arithmetic: a fee on a code, or its distance from a figure of the letter."""
    sums = [f.amount for e in original.draft.ledger.values() for f in e.figures if f.unit == "usd" and f.amount > 20]
    if not sums:
        return None
    sentence = draw.choice([s for s in original.draft.sentences() if s.kind != "gap"])
    base = draw.choice(sums)
    fee = base + Decimal(draw.randint(101, 1999)) / 100
    fact = _secret(
        "walk_away.lowest_note",
        f"Limit: no less than {usd(fee, cents=True)}",
        f"no less than {usd(fee, cents=True)}",
        fee,
        "usd",
    )
    said = draw.choice(
        [
            f"{usd(fee, cents=True)} would do.",
            f"About ${fee.quantize(Decimal(1))} would do.",
            f"We need {usd(fee - base, cents=True)} more.",
        ]
    )
    return None if _public(original, fact) else Change(sentence, f"{sentence.text} {said}", private=fact)


def _public(original: Original, fact: PrivateEvidence) -> bool:
    """Whether the drawn secret happens to equal something the letter may say; then telling it is no leak."""
    known = {f.amount for e in original.draft.ledger.values() for f in e.figures}
    return any(f.amount in known or f.amount - 100 in known for f in fact.figures)


# Tables


def _table(original: Original, draw: random.Random) -> Mutant | None:
    tables = [(s, s.table) for s in original.draft.sections if (s.table and s.table.total) or s.table]
    spots = [
        (section, table, r, c)
        for section, table in tables
        if table and original.draft.document != "data_request"
        for r, row in enumerate((*table.rows, *((table.total,) if table.total else ())))
        for c, cell in enumerate(row)
        if cell.evidence and any(ch.isdigit() for ch in cell.text)
    ]
    if not spots:
        return None
    section, table, r, c = draw.choice(spots)
    rows = [*table.rows, *([table.total] if table.total else [])]
    cell = rows[r][c]
    columns = [k for k in range(len(rows[r])) if k != c and rows[r][k].text != cell.text and rows[r][k].evidence]
    if draw.random() < 0.3 and columns and r < len(table.rows):
        now = rows[r][draw.choice(columns)].text  # another column's figure of the same row
    else:
        at = draw.choice([i for i, ch in enumerate(cell.text) if ch.isdigit()])
        now = cell.text[:at] + draw.choice([d for d in "123456789" if d != cell.text[at]]) + cell.text[at + 1 :]
    changed = _with_cell(table, r, c, Cell(text=now, evidence=cell.evidence))
    sections = tuple(s.model_copy(update={"table": changed}) if s is section else s for s in original.draft.sections)
    draft = original.draft.model_copy(update={"sections": sections})
    return Mutant("table", section.id, cell.text, now, draft, original.private)


def _with_cell(table: Table, row: int, column: int, cell: Cell) -> Table:
    def put(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return (*cells[:column], cell, *cells[column + 1 :])

    if row == len(table.rows):
        return table.model_copy(update={"total": put(table.total or ())})
    return table.model_copy(update={"rows": tuple(put(r) if i == row else r for i, r in enumerate(table.rows))})


KINDS: dict[str, Maker] = {
    "new number": _new_number,
    "one digit": _one_digit,
    "decimal shift": _decimal_shift,
    "percent and points": _percent_points,
    "unit": _unit,
    "wrong year": _wrong_year,
    "roles swapped": _swapped_roles,
    "swapped across sentences": _swapped_across,
    "code": _code,
    "other payer's rate": _other_payer,
    "floor": _floor,
    "floor in dollars": _floor_dollars,
}
ALL_KINDS = (*KINDS, "table")
