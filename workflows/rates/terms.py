"""From what people write about a package (offer.yaml, packages.yaml, the interview's answers) to RateTerms and Offer."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.domain.answers import Answer
from workflows.domain.errors import Refused
from workflows.domain.knowledge import CodeFamily
from workflows.domain.rates import Offer, RateTerms
from workflows.rates.cells import Misread, code_of, day_of, dollars
from workflows.rates.schedules import term_in

_INCREASE = re.compile(
    r"(?i)(\d+(?:\.\d+)?)\s*(?:%|percent)\s*(?:annual |flat |across[- ]the[- ]board )?(?:increase|raise|on|more|over)"
)
_PLAIN = ("increase", "percent_of_medicare", "escalator", "cap")
_KNOWN = (*_PLAIN, "medicare_year", "term_years", "families", "carve_outs", "words", "note", "notes")


def offer_of(raw: Mapping[str, Any], families: Sequence[CodeFamily], name: str) -> tuple[Offer, tuple[str, ...]]:
    """The offer of an offer.yaml, and what of it is not understood. Raises Refused for a figure or day that is none."""
    fields = {str(k).replace("-", "_").replace(" ", "_"): v for k, v in raw.items()}
    given = fields.get("terms")
    warnings: list[str] = []
    if isinstance(given, Mapping):
        terms, warnings = terms_of(given, families, f"{name}: terms")
        words = str(given.get("words") or "")
    else:
        words = str(given or "")
        terms = terms_in_words(words)
        if words and terms == RateTerms():
            warnings.append(f"{name}: its terms are words without a figure to work with: {words[:80]!r}.")
    days = {}
    for field, keys in (("dated", ("date", "dated")), ("answer_by", ("answer_by",)), ("effective", ("effective",))):
        told = next((str(fields[k]) for k in keys if fields.get(k)), "")
        try:
            days[field] = day_of(told)
        except Misread as error:
            raise Refused(str(error), where=f"{name}: {keys[0]}", todo="Write it as 2026-11-30.") from error
    return Offer(payer=str(fields.get("payer") or ""), terms=terms, words=words, **days), tuple(warnings)


def terms_in_words(words: str) -> RateTerms:
    """Terms in a sentence: "110% of 2025 Medicare", "a 3% increase". Nothing where no rule can be read safely."""
    term = term_in(words)
    if term:
        return RateTerms(percent_of_medicare=term.percent, medicare_year=term.year)
    raised = _INCREASE.search(words)
    return RateTerms(increase=Decimal(raised[1])) if raised else RateTerms()


def terms_of(raw: Mapping[str, Any], families: Sequence[CodeFamily], where: str) -> tuple[RateTerms, list[str]]:
    """Terms from a mapping, and a line for each key that is not known."""
    found: dict[str, Any] = {k: _percent(raw[k], f"{where}: {k}") for k in _PLAIN if _told(raw, k)}
    year = str(raw.get("medicare_year") or "")
    if year and year.lower() not in ("current", "then current"):
        found["medicare_year"] = int(_percent(year, f"{where}: medicare_year"))
    if _told(raw, "term_years"):
        found["term_years"] = int(_percent(raw["term_years"], f"{where}: term_years"))
    for family, value in _pairs(raw, "families", where):
        found.setdefault("families", {})[family_named(family, families, where)] = _percent(value, f"{where}: {family}")
    for code, value in _pairs(raw, "carve_outs", where):
        found.setdefault("carve_outs", {})[_label(code, where)] = _fee(value, f"{where}: {code}")
    strange = [f"{where}: {k!r} is not known and not used." for k in map(str, raw) if k not in _KNOWN]
    return RateTerms(**found), strange


def shares_of(raw: Mapping[str, Any], where: str) -> dict[str, Decimal]:
    """What the practice expects if it left the payer, in percent: see leaving.leaving."""
    known = ("kept", "kept_at", "replaced", "replaced_at", "cost_saved")
    strange = next((k for k in raw if k not in known), None)
    if strange is not None:
        raise Refused(f"{strange!r} is not known", where=where, todo=f"Give {', '.join(known)} in percent.")
    return {k: _percent(v, f"{where}: {k}") for k, v in raw.items()}


def asked(answers: Mapping[str, Answer], families: Sequence[CodeFamily]) -> RateTerms | None:
    """The request of the interview, or None. A percent of Medicare comes before an increase where both are given."""
    level, year = _number(answers, "ask.percent_of_medicare"), _number(answers, "ask.medicare_year")
    raised = _number(answers, "ask.increase")
    levels, raises = _asked_families(answers, families)
    if level is None and raised is None and not levels and not raises:
        return None
    return RateTerms(
        percent_of_medicare=level,
        medicare_year=int(year) if year and level is not None else None,
        increase=raised if level is None else None,
        families=levels,
        family_increases=raises,
        escalator=_number(answers, "ask.escalator") or Decimal(0),
        term_years=int(_number(answers, "ask.term_years") or 1),
    )


def offered(answers: Mapping[str, Answer]) -> RateTerms | None:
    """The payer's offer as the interview has it, or None."""
    return _one_rule(answers, "rates.offer_percent_of_medicare", "rates.offer_increase")


def walk_away(answers: Mapping[str, Answer]) -> RateTerms | None:
    """The least the practice would accept (private), or None."""
    return _one_rule(answers, "walk_away.lowest_percent_of_medicare", "walk_away.lowest_increase")


def family_named(words: str, families: Sequence[CodeFamily], where: str) -> str:
    """The family a word means, by its name or by the words payers use for it."""
    wanted = words.strip().lower().replace(" ", "_")
    for family in families:
        if family.id == wanted or family.named_by(words):
            return family.id
    todo = f"Families are {', '.join(f.id for f in families)}."
    raise Refused(f"{words[:40]!r} is not a code family", where=where, todo=todo)


def _one_rule(answers: Mapping[str, Answer], level_field: str, increase_field: str) -> RateTerms | None:
    level, raised = _number(answers, level_field), _number(answers, increase_field)
    if level is not None:
        return RateTerms(percent_of_medicare=level)
    return RateTerms(increase=raised) if raised is not None else None


def _asked_families(
    answers: Mapping[str, Answer], families: Sequence[CodeFamily]
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    given = answers.get("ask.families")
    levels: dict[str, Decimal] = {}
    raises: dict[str, Decimal] = {}
    for row in given.value if given else ():
        if isinstance(row, dict):
            named = next((f.id for f in families if f.named_by(row["family"])), None)
            if named and "percent_of_medicare" in row:
                levels[named] = Decimal(row["percent_of_medicare"])
            elif named and "increase" in row:
                raises[named] = Decimal(row["increase"])
    return levels, raises


def _number(answers: Mapping[str, Answer], field: str) -> Decimal | None:
    given = answers.get(field)
    return Decimal(given.value) if given and isinstance(given.value, str) else None


def _told(raw: Mapping[str, Any], key: str) -> bool:
    return raw.get(key) not in (None, "")


def _pairs(raw: Mapping[str, Any], key: str, where: str) -> list[tuple[str, Any]]:
    given = raw.get(key) or {}
    if not isinstance(given, Mapping):
        raise Refused("holds no pairs", where=f"{where}: {key}", todo="Write name: value, one a line.")
    return [(str(k), v) for k, v in given.items()]


def _percent(value: Any, where: str) -> Decimal:
    try:
        number = Decimal(str(value).replace("%", "").strip())
    except InvalidOperation as error:
        raise Refused(f"{str(value)[:30]!r} is not a number", where=where, todo="Write 118 for 118%.") from error
    if not number.is_finite() or abs(number) > 100_000:
        raise Refused(f"{str(value)[:30]!r} is out of range", where=where, todo="Write 118 for 118%.")
    return number


def _label(code: str, where: str) -> str:
    try:
        found = code_of(code)
    except Misread as error:
        raise Refused(str(error), where=where, todo="Write the code, as 99213 or 70450-26.") from error
    return f"{found.code}-{found.modifier}" if found.modifier else found.code


def _fee(value: Any, where: str) -> Decimal:
    try:
        fee = dollars(str(value))
    except Misread as error:
        raise Refused(str(error), where=where, todo="Write dollars, as 92.10.") from error
    if fee is None:
        raise Refused("has no fee", where=where, todo="Write dollars, as 92.10.")
    return fee
