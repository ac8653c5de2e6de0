"""Names, quotations and links that a new wording brings with it.

A name is a word with a capital letter where none is due. The practice's own names (its payer, manager, place) may
stand anywhere; any other must come with the facts of the sentence.
"""

import re
from collections.abc import Iterator

from workflows.domain.draft import Objection
from workflows.grounding.characters import readable
from workflows.grounding.wording import Wording

_PLAIN_CAPITALS = frozenset(
    re.findall(
        r"\S+",
        """
    I I'm I've I'd I'll A An The We Our Us You Your Dear Re RE Sincerely Mr Mrs Ms Dr MD DO NP PA RN PhD LLC PLLC PC
    January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug
    Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mondays Tuesdays Wednesdays
    Thursdays Fridays Saturdays Sundays English American Medicare Medicare's Medicaid CMS CPT HCPCS ICD ICD-10 NPI TIN
    PPO HMO POS EPO ED ER ICU EHR EMR HbA1c A1c RVU RVUs U.S US USA United States FAQ OK AM PM ZIP Section Exhibit
    Appendix Part Clause Article Package Option Year
        """,
    )
)
_PAYERS = re.compile(
    r"(?i)\b(?:aetna|cigna|humana|anthem|elevance|united\s?health(?:care|\s?group)?|uhc|optum|blue\s?cross|blue\s?shield"
    r"|bcbs|kaiser|molina|centene|ambetter|wellcare|wellpoint|carefirst|highmark|tricare|oscar\s?health|medica|priority\s?"
    r"health|harvard\s?pilgrim|tufts|geisinger|upmc|emblem\s?health|multiplan|healthnet|amerigroup|amerihealth|devoted)\b"
)
_NAME = re.compile(r"(?<![\w'-])[A-Z][\w'&-]*(?:\.(?=[A-Z]))?")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St)\.?$")
_QUOTED = re.compile(r'"([^"]{8,})"')
_LINK = re.compile(
    r"(?i)(?:\b(?:https?|ftp|file|data|javascript|mailto|tel|vbscript):\S+|\bwww\.\S+|!?\[[^\]]*\]\s?[(\[][^)\]]*[)\]]"
    r"|<[a-z!/][^>]*>?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|info|biz|io|ai|app|"
    r"dev|xyz|example|test|co|us|me|ly)\b(?:/\S*)?)"
)


def check_names(wording: Wording) -> Iterator[Objection]:
    """A proper name that neither the sentence's sources nor the practice's own particulars hold."""
    known = set(_words("\n".join((*wording.sources, wording.known.own_names))))
    rest = {w: e for e in wording.known.ledger.values() for t in wording.known.texts_of(e) for w in _words(t)}
    reported: set[str] = set()
    for match in _NAME.finditer(wording.text):
        word = match.group().rstrip(".'-")
        low = _singular(word)
        if low in known or low in reported or word in _PLAIN_CAPITALS or _due(wording.text, match.start(), word):
            continue
        reported.add(low)
        if low in rest:
            says = f"this name comes from another fact (“{rest[low].says}”): add that fact to the sentence or remove it"
        else:
            says = "no fact behind this sentence holds this name"
        yield wording.objection(word, says, hard=False)
    for match in _PAYERS.finditer(wording.text):
        if not all(w in known for w in _words(match.group())) and _singular(match.group()) not in reported:
            yield wording.objection(match.group(), "a letter names no other payer", hard=False)


def _words(text: str) -> Iterator[str]:
    for word in re.findall(r"[\w'&-]+", text):
        yield _singular(word)
        if "-" in word:
            yield from (_singular(part) for part in word.split("-"))


def _singular(word: str) -> str:
    return re.sub(r"'s?$", "", word.lower().strip("'-"))


def _due(text: str, at: int, word: str) -> bool:
    """Whether a capital is due here (the first word of a sentence, item or bracket) and the word is no initialism or
    the head of a longer name."""
    before = text[:at].rstrip()
    if _TITLE.search(before):
        return False
    opens = not before or before[-1] in '.!?:;•*[("' or text[:at].endswith("\n") or before.endswith((" -", "\n-"))
    if not opens or (len(word) > 1 and word.isupper()) or re.search(r"[a-z][A-Z]", word):
        return False
    following = re.match(r"\s+([A-Z][a-z]+)", text[at + len(word) :])
    return not following or following.group(1) in _PLAIN_CAPITALS or word in _PLAIN_CAPITALS


def check_quotations(wording: Wording) -> Iterator[Objection]:
    """Words in quotation marks that no source holds as they stand (white space aside)."""
    lent = " ".join(wording.lent.split())
    for match in _QUOTED.finditer(wording.text):
        quoted = " ".join(match.group(1).lower().split()).strip(" .,;")
        if quoted not in lent:
            yield wording.objection(
                match.group(), "these words are quoted, and no source of the sentence holds them so", hard=True
            )


def check_links(wording: Wording) -> Iterator[Objection]:
    """Links, addresses, images and markup that no source holds: they can carry data out or mislead the reader."""
    lent = readable(wording.lent)
    for match in _LINK.finditer(wording.text):
        if match.group().lower().rstrip(".,;)") not in lent:
            yield wording.objection(match.group(), "no source of the sentence holds this link or address", hard=True)
