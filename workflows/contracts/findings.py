"""From matches to findings: the clearest place for each type, line of business and part, with what it replaces.

Each quotation is looked up on its pages before it is shown. What says more on the same matter elsewhere in the same
part is named with it (`also`) instead of standing as a finding of its own.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workflows.contracts.blocks import products_in
from workflows.contracts.matching import Match, matches, words_of
from workflows.contracts.rewording import reworded
from workflows.contracts.seen import Tagger
from workflows.contracts.struck import says_struck, without_struck
from workflows.domain.clauses import ClauseShelf
from workflows.domain.contract import ContractFinding, Part, Provision

_CLEAR = 5  # score from which a further place of a type is a clause of its own,
_QUESTION = 16  # words of a question that is a heading
_SENTENCE = 18  # words from which a row of a table says as much as a sentence
_LIKELY, _LIKELIER = 0.4, 0.5  # and likelihood, where it has amounts of its own or only another level
_EACH = 0.15  # less for types whose every place is a matter of its own
_SURE = 7  # score from which no likelihood is asked for


class Found(NamedTuple):
    """A match that stands as a finding, with the other places that say more."""

    match: Match
    product: str
    also: tuple[Match, ...]

    @property
    def matter(self) -> tuple[str, str]:
        """What it is about: its type, and which part of what the type says."""
        return self.match.type.id, self.match.aspect

    @property
    def part(self) -> Part:
        """The part of the contract it stands in."""
        return self.match.read.provision.part


_Placed = tuple[Found, str]  # with the words that tell where it stands


def find(
    provisions: Iterable[Provision], shelf: ClauseShelf, parties: Mapping[str, Sequence[str]], year: int | None = None
) -> tuple[Found, ...]:
    """All findings of all provisions, the clearest place for each. `year` is that of the contract's start."""
    provisions = tuple(provisions)
    struck = says_struck(provisions)
    tagger = Tagger(shelf, parties, year, struck=struck)
    groups: dict[tuple[str, str, int, str], list[Match]] = {}
    left = without_struck(provisions) if struck else provisions
    every = tuple(asked for p in left for asked in _asked(p))
    said = (m for provision in every for m in _one_each(matches(tagger.read(provision), shelf.types)))
    for match in (*said, *reworded(every, tagger, shelf.types)):
        if not _frame(match):
            key = (match.type.id, match.aspect, _home(match.read.provision.part), product := _product(match))
            groups.setdefault(key, []).append(match)
    found = []
    for (_, _, _, product), group in groups.items():
        ranked = sorted(group, key=_clearness, reverse=True)
        apart = _apart(ranked)
        others = [m for m in ranked[1:] if m.score >= 4 and m not in apart]
        found.append(Found(ranked[0], product, tuple(others[:3])))
        found.extend(Found(m, product, ()) for m in apart)
    return tuple(_settled(found))


def _asked(provision: Provision) -> Iterator[Provision]:
    """A provision whose headings are questions ("What is paid?"), question by question: each heads what answers it."""
    start, heading = 0, provision.heading
    for i, sentence in enumerate(provision.sentences):
        if sentence.text.endswith("?") and len(sentence.text.split()) <= _QUESTION:
            if i > start:
                yield provision._replace(heading=heading, sentences=provision.sentences[start:i])
            start, heading = i + 1, sentence.text.rstrip("?")
    if start < len(provision.sentences):
        yield provision._replace(heading=heading, sentences=provision.sentences[start:])


def _apart(ranked: Sequence[Match]) -> list[Match]:
    """Of the places after the clearest those that are clauses of their own: clear and likely themselves, and with other
    amounts (or, likelier still, another level) than the clearer ones."""
    held, apart = [ranked[0]], []
    for m in ranked[1:]:
        told = [(_numbers(h), h.level) for h in held]
        anew = all(_numbers(m) - n for n, _ in told)
        other = all(m.level != level for _, level in told)
        likely = m.likelihood
        own = (anew and likely >= _LIKELY) or (
            (other or m.type.several) and likely >= _LIKELIER - _EACH * m.type.several
        )
        own = own or ((anew or other or m.type.several) and m.score >= _SURE)
        if m.score >= (_CLEAR - m.type.several) and _prose(m) and own and not _DEFINES.match(m.quote):
            held.append(m)
            apart.append(m)
    return apart


def _prose(match: Match) -> bool:
    return match.quote.rstrip("\"')").endswith((".", ";", ":")) or len(match.quote.split()) >= _SENTENCE


_NAMED = re.compile(r"\(\s*(?:[a-z, ]*)\"[^\"]{2,40}\"")
_BLANK = re.compile(r"_{6,}")
_DEFINES = re.compile(r"^\"[^\"]{2,60}\"\s+(?:means?|shall mean|is|are|refers? to|includes?)\b")
_SIGNED = re.compile(r"(?i)\b(?:in witness whereof|witnesseth|now,? therefore|whereas)\b")


def _frame(match: Match) -> bool:
    """Whether the words are those around the terms: who agrees with whom, recitals, signatures, lines to be filled in."""
    framing = len(_NAMED.findall(match.quote)) > 1 or _BLANK.search(match.quote) is not None
    opening = framing and match.type.id != "term_renewal"
    return opening or bool(_SIGNED.match(match.quote))


def _one_each(found: Iterable[Match]) -> Iterable[Match]:
    """One match a type and provision (a start and a term that stand together are one clause), and others away from it."""
    best: dict[str, list[Match]] = {}
    for m in found:
        held = best.setdefault(m.type.id, [])
        same = [h for h in held if h.aspect != m.aspect or not (h.span[1] <= m.span[0] or m.span[1] <= h.span[0])]
        if not same:
            held.append(m)
        elif len(same) == 1 and (m.score, not m.aspect) > (same[0].score, not same[0].aspect):
            held[held.index(same[0])] = m
    return [m for held in best.values() for m in held]


def _home(part: Part) -> int:
    """Body and plain exhibits of a file are one; a product's exhibit and an amendment stand for themselves."""
    return part.order if part.kind == "amendment" or part.product else -1 - part.order // 1_000


def _product(match: Match) -> str:
    provision = match.read.provision
    if provision.part.product:
        return provision.part.product
    if not match.type.by_product:
        return ""
    for text in (provision.heading, match.quote):
        named = products_in(text)
        if named:
            return named[0] if len(named) == 1 else ""
    return ""


def _clearness(match: Match) -> tuple[int, int, int]:
    numbers = sum(isinstance(v, (int, float)) for v in match.values.values())
    row = 0 if _prose(match) else 4  # a row of a table yields to prose
    return match.score - row + min(numbers, 2), len(match.values), -match.read.provision.sentences[0].pages[0]


def _settled(found: Sequence[Found]) -> Iterable[Found]:
    """Without a weak find in an exhibit or for one product where the same is said clearly in the body."""
    clear = {(f.match.type.id, f.match.aspect): f for f in found if not f.product and f.part.kind != "amendment"}
    for f in found:
        base = clear.get((f.match.type.id, f.match.aspect))
        if base and base is not f and f.part.kind != "amendment" and f.product:
            same = _numbers(f.match) <= _numbers(base.match) and f.match.level == base.match.level
            if (same and not f.match.type.several) or f.match.score < 4:
                continue
        yield f


def _numbers(match: Match) -> set[float]:
    return {float(v) for v in match.values.values() if isinstance(v, (int, float))}


def as_findings(found: Sequence[Found], page_words: Mapping[tuple[str, int], str]) -> tuple[ContractFinding, ...]:
    """Findings in the order of the contract, each checked to stand on its pages; ones that do not are dropped."""
    matters: dict[tuple[str, str], list[_Placed]] = {}
    for f in found:
        matters.setdefault(f.matter, []).append((f, _told(f)))
    return tuple(_finding(f, matters[f.matter]) for f in found if _stands(f.match, page_words))


def _stands(match: Match, page_words: Mapping[tuple[str, int], str]) -> bool:
    file = match.read.provision.part.file
    on = "".join(page_words.get((file, page), "") for page in match.pages)
    if len(match.pages) < 2:
        return words_of(match.quote) in on
    sentences = [s.text for s in match.read.provision.sentences[match.span[0] : match.span[1]]]
    return all(_in_pieces(words_of(text), [page_words.get((file, p), "") for p in match.pages]) for text in sentences)


def _in_pieces(words: str, pages: Sequence[str]) -> bool:
    """Whether the words stand on one page, or begin on one and end on the next."""
    if any(words in page for page in pages):
        return True
    return any(
        words[:cut] in one and words[cut:] in other
        for one, other in itertools.pairwise(pages)
        for cut in range(1, len(words))
    )


def _finding(f: Found, same: Sequence[_Placed]) -> ContractFinding:
    m, provision = f.match, f.match.read.provision
    risk = m.level
    kind = m.type
    return ContractFinding(
        type=kind.id,
        title=kind.title,
        risk=risk,
        document=provision.part.file,
        page=m.pages[0],
        pages=m.pages,
        section=_section(provision),
        quote=m.quote,
        values=m.values,
        rule=m.rule,
        why=kind.why,
        ask=kind.keep or "Keep it as it stands." if risk == "favorable" else kind.ask,
        product=f.product,
        replaces=_replaces(f, same),
        replaced_by=_replaced_by(f, same),
        also=tuple(f"p. {o.pages[0]}, {_section(o.read.provision) or 'no section number'}" for o in f.also),
    )


def _section(provision: Provision) -> str:
    if (
        provision.part.kind != "body"
        and provision.part.title
        and not provision.section.startswith(provision.part.title)
    ):
        return " / ".join(x for x in (provision.part.title, provision.section) if x)
    return provision.section


def _rules_over(one: Found, other: Found) -> bool:
    """Whether of two on the same matter `one` replaces `other`: a later amendment, or a product's own terms for that product."""
    if one is other:
        return False
    if one.part.kind == "amendment" and one.part.order > other.part.order:
        return not one.product or one.product == other.product or not other.product
    return bool(one.product) and not other.product and one.part.kind == "exhibit"


def _told(f: Found) -> str:
    numbers = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in f.match.values.items() if isinstance(value, (int, float))
    )
    where = f"{f.part.file}, p. {f.match.pages[0]}"
    section = f.match.read.provision.section.split(" / ")[-1]
    return f"{where}{f', {section}' if section else ''}{f' ({numbers})' if numbers else ''}"


def _limited(f: Found, told: str) -> str:
    return f"for {f.product}: {told}" if f.product else told


def _replaces(f: Found, same: Sequence[_Placed]) -> str:
    return "; ".join(_limited(f, told) for o, told in same if _rules_over(f, o))


def _replaced_by(f: Found, same: Sequence[_Placed]) -> str:
    return "; ".join(_limited(o, told) for o, told in same if _rules_over(o, f))
