"""The promise, for every case and every document: each statement leads to an answer, a sum, a benchmark or a passage,
and the guard finds what was made wrong on purpose, leaving right letters alone.

Wrong letters come from `mutations`: thirteen kinds, a hundred each and more, on the road a person's edit takes and on
the road of Parley's own wording. Right letters are the cases with random answers left out.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import get_args

import pytest
import yaml
from mutations import ALL_KINDS, Mutant, Original, mutants

from workflows.casework import Desk
from workflows.domain.case import Case
from workflows.domain.draft import Document, Draft, Objection, Sentence
from workflows.domain.errors import Refused
from workflows.domain.evidence import Evidence, Figure, FromAnswer, FromBenchmark, FromCalculation, FromGuidance
from workflows.domain.language import figures
from workflows.grounding import CHECKS, check_draft
from workflows.grounding.figures import agrees, check_figures
from workflows.grounding.private import check_private
from workflows.grounding.roles import check_counted, check_fact_order, check_order, check_roles
from workflows.grounding.wording import Check

CASES = Path(__file__).parent / "cases"
EXAMPLE = Path(__file__).parents[1] / "knowledge/example"
FOLDERS = [*sorted(p.parent for p in CASES.glob("*/case.yaml")), EXAMPLE]
DOCUMENTS: tuple[Document, ...] = get_args(Document)
SENT: tuple[Document, ...] = ("value_proposition", "counteroffer")
ASSERTING = ("assertion", "request", "reasoning")
EACH = 100


def today(folder: Path) -> date:
    told = folder / "case.yaml"
    given = yaml.safe_load(told.read_text())["today"] if told.exists() else date(2026, 11, 22)
    return given if isinstance(given, date) else date.fromisoformat(given)


@pytest.fixture(scope="module")
def reading_desk() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module")
def cases(reading_desk: Desk) -> dict[Path, Case]:
    found = {}
    for folder in FOLDERS:
        try:
            found[folder] = reading_desk.load_folder(folder, today=today(folder))
        except Refused:  # a case whose notes hold patient detail is read without them
            found[folder] = reading_desk.load_folder(folder, notes=False, today=today(folder))
    return found


def lessened(case: Case, draw: random.Random) -> Case:
    """The case with some answers left out, as an interview half done."""
    kept = draw.choice([0.9, 0.75, 0.55])
    return case.model_copy(update={"answers": {f: a for f, a in case.answers.items() if draw.random() < kept}})


@pytest.fixture(scope="module")
def clean(reading_desk: Desk, cases: Mapping[Path, Case]) -> list[Original]:
    """Letters as Parley writes them: every case whole, and with twelve random sets of answers left out."""
    draw = random.Random("clean letters")
    made = []
    for folder, case in cases.items():
        for variant in (case, *(lessened(case, draw) for _ in range(12))):
            private = reading_desk.standing(variant, today(folder)).ledger.private
            for document in SENT:
                draft = reading_desk.letters.draft(variant, document, today=today(folder))
                made.append(Original(f"{folder.name} {document}", draft, private))
    return made


# Every statement leads somewhere


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_every_statement_leads_to_its_source(
    folder: Path, document: Document, reading_desk: Desk, cases: Mapping[Path, Case]
) -> None:
    case, day = cases[folder], today(folder)
    draft = reading_desk.letters.draft(case, document, today=day)
    traced = 0
    for sentence in draft.sentences():
        assert bool(sentence.evidence) or sentence.kind not in ASSERTING, sentence
        for i in sentence.evidence:
            _leads(draft.ledger[i], draft, case, reading_desk, day)
            traced += 1
    for section in draft.sections:
        for cells in (*section.table.rows, section.table.total or ()) if section.table else ():
            for cell in cells:
                if cell.evidence:
                    _leads(draft.ledger[cell.evidence], draft, case, reading_desk, day)
                    traced += 1
    assert traced


def _leads(fact: Evidence, draft: Draft, case: Case, desk: Desk, day: date) -> None:
    source = fact.source
    match source:
        case FromAnswer():
            given = case.answers[source.field]
            assert given.visibility == "sendable", fact
            assert source.row is None or source.row < len(given.value), fact
        case FromBenchmark():
            known = {b.id: b for b in desk.catalog.benchmarks}[source.benchmark]
            assert (known.year, known.publisher, known.url) == (source.as_of, source.publisher, source.url)
            assert any(f.amount == known.amount and f.unit == known.unit for f in fact.figures)
        case FromGuidance():
            _is_known(source, desk, case, day)
        case FromCalculation():
            by_key = {e.key: e for e in draft.ledger.values()}
            inputs = [draft.ledger[i] for i in source.inputs]
            for one in inputs:
                _leads(one, draft, case, desk, day)
            _recomputes(fact, source, inputs, Traced(case, day, desk.standing(case, day).ledger.sendable | by_key))


def _is_known(source: FromGuidance, desk: Desk, case: Case, day: date) -> None:
    """A passage stands in knowledge/ (topics, or the interview's own words about gaps and contradictions)."""
    shelf = desk.catalog
    standing = desk.standing(case, day)
    passages = [t.gain for t in shelf.topics] + [m.says for t in shelf.topics for m in t.mechanisms]
    passages += [s.say for t in shelf.topics for s in t.strengthen] + [c.says for c in standing.contradictions]
    passages += [f"{g.what} {g.why} {g.where}" for g in standing.gaps]
    held = " ".join(" ".join(passages).split())
    for said in re.split(r"(?<=[.!?])\s+", source.quote):  # a mechanism and a gain may be told together
        assert " ".join(said.split()) in held, (said, source)
    assert all(s in shelf.sources for s in source.sources), source


def _recomputes(fact: Evidence, source: FromCalculation, inputs: Sequence[Evidence], traced: "Traced") -> None:
    """A sum that is shown comes to a figure of the fact; the others stand in the sum, the inputs or the day."""
    left, _, right = source.shown.partition("=")
    worth = _worth(left)
    texts = [source.rule, source.shown, *(t for e in inputs for t in (e.says, *e.parts.values()))]
    known = {f.amount for e in inputs for f in e.figures} | {f.amount for t in texts for f in _read(t)}
    if worth is not None:
        told = next(f.amount for f in fact.figures if _rounds_to(worth / 100 if left.count("%") == 1 else worth, f))
        assert not right or told in {f.amount for f in _read(right)}, source.shown
        known.add(told)
    known |= traced.worked_out(fact, source, inputs)
    for figure in fact.figures:
        assert figure.amount in known or any(agrees(figure, d) for d in _days(traced.day)), (fact.key, figure, source)


@dataclass(frozen=True)
class Traced:
    """A case on a day, to work out again what a calculation names and does not write out."""

    case: Case
    day: date
    ledger: Mapping[str, Evidence]

    def worked_out(self, fact: Evidence, source: FromCalculation, inputs: Sequence[Evidence]) -> set[Decimal]:
        """What the rule of a calculation comes to, worked out here from the answers."""
        if "whole years" in source.rule:
            until = inputs[1].figures[0].amount if len(inputs) > 1 else None  # the new rates, else today
            return set(_years(inputs[0].figures[0], self.day, until))
        if source.rule.startswith("emergency department less office"):
            return {abs(_dollars(inputs[0]) - _dollars(inputs[1]))}
        if re.fullmatch(r"worth\.line\[\d+\]\.(?:offered|proposed)", fact.key):
            return set(self._fees(inputs[0]))
        if "annual changes" in source.shown:
            total = sum((_dollars(e) for e in self._of("annual")), Decimal())
            return {total, total.quantize(Decimal(1), ROUND_HALF_UP)}
        if re.fullmatch(r"option_[bcd]\.dollars", fact.key):
            return self._option(fact)
        if source.rule.startswith("effective date and"):
            return {_months_after(inputs[0].figures[0], int(source.rule.split()[3]))}
        if source.shown.startswith("sum over"):
            rows = [e for k, e in self.ledger.items() if k.startswith("rates.codes[")]
            return {sum((_units(e) * _now(e) for e in rows), Decimal()).quantize(Decimal(1), ROUND_HALF_UP)}
        return set()

    def _of(self, what: str) -> list[Evidence]:
        return [e for k, e in self.ledger.items() if re.fullmatch(rf"worth\.line\[\d+\]\.{what}", k)]

    def _fees(self, row: Evidence) -> Iterator[Decimal]:
        """Every fee that the levels and increases of the case make of one row, to the cent."""
        given = [self.case.answers[f].value for f in _LEVELS if f in self.case.answers]
        families = self.case.answers.get("ask.families")
        for one in families.value if families else ():
            given += (
                [v for k, v in one.items() if k in ("percent_of_medicare", "increase")] if isinstance(one, dict) else []
            )
        levels = [Decimal(v) for v in given if isinstance(v, str)]
        medicare = self.ledger.get(f"worth.medicare.{row.parts['code']}")
        yield _now(row)
        for level in levels:
            yield _cents(_now(row) * (1 + level / 100))
            if medicare:
                yield _cents(figures(medicare.value)[0].amount * level / 100)
            for other in levels:  # two levels of one Medicare year make an increase of their ratio
                yield _cents(_now(row) * level / other) if other else _now(row)

    def _option(self, fact: Evidence) -> set[Decimal]:
        """The request on the codes an option names and else the better of offer and now, or half a year at each; exact,
        to the dollar."""
        name = fact.key.split(".")[0]
        words = {k.split(".")[1]: e.value for k, e in self.ledger.items() if k.startswith(f"{name}.")}
        total = Decimal()
        for row in [e for k, e in self.ledger.items() if k.startswith("rates.codes[") and "volume" in e.parts]:
            fees, offers = (
                [e for e in self._of(what) if row.id in getattr(e.source, "inputs", ())]
                for what in ("proposed", "offered")
            )
            if fees:
                base = max([_now(row), *map(_dollars, offers)])
                share = Decimal(row.parts["code"] in words["codes"]) if name == "option_b" else Decimal("0.5")
                total += _units(row) * (base - _now(row) + (_dollars(fees[0]) - base) * share)
        return {f.amount for f in fact.figures if f.unit == "usd" and abs(f.amount - total) <= Decimal("0.5")}


def _months_after(start: Figure, months: int) -> Decimal:
    """The date so many months on, to the day or the month as it is known; never later than the 28th."""
    digits = f"{start.amount:f}"
    year, month = divmod(int(digits[:4]) * 12 + int(digits[4:6]) - 1 + months, 12)
    last = f"{min(int(digits[6:8]), 28):02}" if len(digits) == 8 else ""
    return Decimal(f"{year}{month + 1:02}{last}")


_LEVELS = (
    "ask.percent_of_medicare",
    "ask.increase",
    "rates.offer_percent_of_medicare",
    "rates.offer_increase",
    "rates.percent_of_medicare",
)


def _dollars(fact: Evidence) -> Decimal:
    return next(f.amount for f in fact.figures if f.unit == "usd")


def _now(row: Evidence) -> Decimal:
    return figures(row.parts["current"])[0].amount


def _units(row: Evidence) -> Decimal:
    return figures(row.parts["volume"])[0].amount


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _years(since: Figure, day: date, until: Decimal | None = None) -> list[Decimal]:
    """Whole years from a date, however exactly it is known, to another, or to `day`."""
    first, last = f"{since.amount:f}", f"{until:f}" if until is not None else day.strftime("%Y%m%d")
    starts, ends = ([int(d[4:6] or 1), int(d[6:8] or 1)] for d in (first, last))
    return [Decimal(int(last[:4]) - int(first[:4]) - (ends < starts or len(first) == 4))]


def _rounds_to(worth: Decimal, figure: Figure) -> bool:
    """Whether a figure is `worth`, rounded as it is written; a percent is a hundred times a quotient."""
    value = worth * 100 if figure.unit == "percent" else worth
    step = Decimal(1).scaleb(-len(f"{figure.amount:f}".partition(".")[2]))
    return abs(value - figure.amount) <= step


def _read(text: str) -> list[Figure]:
    return [Figure(amount=f.amount, unit=f.unit, role="") for f in figures(text)]


def _days(day: date) -> list[Figure]:
    near = (day + timedelta(days=n) for n in range(30))
    return [Figure(amount=Decimal(d.strftime("%Y%m%d")), unit="date", role="") for d in near]


def _worth(left: str) -> Decimal | None:
    """The value of a sum as a person writes it: "610 × ($188.62 − $158.20)", or None when it is no sum."""
    plain = re.sub(r"[$,%\s]|points?", "", left).replace("×", "*").replace("−", "-").replace("–", "-")
    if not re.fullmatch(r"[\d.()*/+-]+", plain) or not re.search(r"[*/+-]", plain):
        return None
    return _added(re.findall(r"\d+(?:\.\d+)?|[()*/+-]", plain))


def _added(tokens: list[str]) -> Decimal:
    value = _multiplied(tokens)
    while tokens and tokens[0] in "+-":
        sign = tokens.pop(0)
        other = _multiplied(tokens)
        value = value + other if sign == "+" else value - other
    return value


def _multiplied(tokens: list[str]) -> Decimal:
    value = _one(tokens)
    while tokens and tokens[0] in "*/":
        sign = tokens.pop(0)
        other = _one(tokens)
        value = value * other if sign == "*" else value / other
    return value


def _one(tokens: list[str]) -> Decimal:
    token = tokens.pop(0)
    if token == "(":
        value = _added(tokens)
        tokens.pop(0)
        return value
    return -_one(tokens) if token == "-" else Decimal(token)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_the_table_follows_from_the_answers(folder: Path, reading_desk: Desk, cases: Mapping[Path, Case]) -> None:
    """Units × (proposed − now) of the answered row is the annual change, and these make the request's worth."""
    day = today(folder)
    ledger = reading_desk.standing(cases[folder], day).ledger.sendable
    total = Decimal()
    for key in [k for k in ledger if re.fullmatch(r"worth\.line\[\d+\]\.annual", k)]:
        annual, proposed = ledger[key], ledger[key.replace("annual", "proposed")]
        assert isinstance(annual.source, FromCalculation)
        row = next(e for e in ledger.values() if e.id in annual.source.inputs and e.key.startswith("rates.codes["))
        worth = _units(row) * (_dollars(proposed) - _now(row))
        step = Decimal(1) if "worth.total" not in ledger else Decimal("0.01")
        assert _dollars(annual) == worth.quantize(step, ROUND_HALF_UP), key
        total += worth
    ask, printed = ledger.get("worth.ask"), ledger.get("worth.total")
    if total and ask:  # rounded once, from the exact rows
        assert _dollars(ask) == total.quantize(Decimal(1), ROUND_HALF_UP), (total, ask)
        assert printed is None or _dollars(printed) == total


# Right letters pass


def test_the_guard_leaves_right_letters_alone(clean: Sequence[Original]) -> None:
    assert len(clean) >= 200
    alarms = [(o.name, found) for o in clean if (found := check_draft(o.draft, o.private))]
    print(f"\nfalse alarms: {len(alarms)} of {len(clean)} clean letters")
    for name, found in alarms[:10]:
        print("  ", name, found[0].slot, found[0].words, found[0].says)
    assert len(alarms) / len(clean) <= 0.01, alarms[:5]


def test_the_staffs_own_sheet_passes_too(reading_desk: Desk, cases: Mapping[Path, Case]) -> None:
    for folder, case in cases.items():
        draft = reading_desk.letters.draft(case, "data_request", today=today(folder))
        private = reading_desk.standing(case, today(folder)).ledger.private
        assert check_draft(draft, private) == (), folder.name


# Wrong letters are caught

HARD = (
    "new number",
    "one digit",
    "decimal shift",
    "percent and points",
    "unit",
    "wrong year",
    "swapped across sentences",
)
SECRET = ("other payer's rate", "floor", "floor in dollars")


def where(mutant: Mutant, checks: Sequence[Check] = CHECKS) -> list[Objection]:
    """What the guard says at the place of the wrong. Only that section is read again; the rest was clean."""
    sections = tuple(s for s in mutant.draft.sections if _holds(s.id, mutant.slot, [x.slot for x in s.sentences]))
    found = check_draft(mutant.draft.model_copy(update={"sections": sections}), mutant.private, checks=checks)
    return [o for o in found if o.slot == mutant.slot or o.slot.startswith(f"{mutant.slot}:")]


def _holds(section: str, slot: str, slots: Sequence[str]) -> bool:
    return slot in slots or slot == section


def caught(mutant: Mutant, checks: Sequence[Check] = CHECKS) -> bool:
    """Whether the guard said what it must: a private figure is called private, a figure without evidence is hard."""
    found = where(mutant, checks)
    if mutant.kind in SECRET:
        return any(o.hard and "private" in o.says for o in found)
    return any(o.hard for o in found) if mutant.kind in HARD else bool(found)


def tally(
    clean: Sequence[Original], kind: str, count: int, as_edit: bool, checks: Sequence[Check] = CHECKS
) -> tuple[int, list[Mutant]]:
    """How many mutants there were, and those that passed."""
    made = list(mutants(clean, kind, count, seed=7, as_edit=as_edit))
    return len(made), [m for m in made if not caught(m, checks)]


def test_wrong_letters_are_caught_when_a_person_wrote_them(clean: Sequence[Original]) -> None:
    total = 0
    missed: dict[str, list[Mutant]] = {}
    print("\nas a person's edit                caught   of")
    for kind in ALL_KINDS:
        count, missed[kind] = tally(clean, kind, EACH, as_edit=True)
        total += count
        print(f"  {kind:30} {count - len(missed[kind]):6} {count:4}")
    assert total >= 1200
    assert len(missed.pop("roles swapped")) <= 0.05 * EACH
    for kind, lost in missed.items():
        assert not lost, (kind, [(m.was, m.now) for m in lost])


def test_wrong_letters_are_caught_when_parley_wrote_them(clean: Sequence[Original]) -> None:
    missed: dict[str, list[Mutant]] = {}
    print("\nas Parley's own wording            caught   of")
    for kind in ALL_KINDS[:-1]:
        count, missed[kind] = tally(clean, kind, EACH // 2, as_edit=False)
        print(f"  {kind:30} {count - len(missed[kind]):6} {count:4}")
    assert len(missed.pop("roles swapped")) <= 0.1 * EACH // 2
    for kind, lost in missed.items():
        assert not lost, (kind, [(m.was, m.now) for m in lost])


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("new number", (check_figures,)),
        ("one digit", (check_figures,)),
        ("percent and points", (check_figures,)),
        ("unit", (check_figures, check_counted)),
        ("wrong year", (check_figures,)),
        ("roles swapped", (check_order, check_fact_order, check_roles)),
        ("floor", (check_private,)),
        ("other payer's rate", (check_private,)),
    ],
)
def test_with_a_part_of_the_guard_off_the_wrong_letters_pass(
    kind: str, parts: tuple[Check, ...], clean: Sequence[Original]
) -> None:
    weaker = tuple(c for c in CHECKS if c not in parts)
    count, missed = tally(clean, kind, 30, as_edit=True, checks=weaker)
    assert len(missed) > 0.25 * count, f"the suite would stay green without {[p.__name__ for p in parts]}"


def test_every_floor_stays_in_the_house(clean: Sequence[Original], reading_desk: Desk) -> None:
    """Five hundred floors, told as number, percent, multiple, in words, in cents on the dollar or by distance."""
    count, missed = tally(clean, "floor", 400, as_edit=True)
    dollars, told = tally(clean, "floor in dollars", 100, as_edit=True)
    assert count + dollars == 500
    assert not missed, [(m.now, m.private) for m in missed[:3]]
    assert not told, [(m.now, m.private) for m in told[:3]]


def test_a_sentence_without_figures_is_still_read(clean: Sequence[Original]) -> None:
    """A courtesy is no gap in the fence."""
    courtesies = [(o, s) for o in clean for s in o.draft.sentences() if s.kind == "courtesy"][:20]
    assert courtesies
    for original, sentence in courtesies:
        wrong = Sentence(slot=sentence.slot, kind="courtesy", text=f"{sentence.text} It is 37% more.")
        sections = tuple(
            s.model_copy(update={"sentences": tuple(wrong if x.slot == wrong.slot else x for x in s.sentences)})
            for s in original.draft.sections
        )
        draft = original.draft.model_copy(update={"sections": sections})
        assert any(o.slot == wrong.slot and o.hard for o in check_draft(draft, original.private))
