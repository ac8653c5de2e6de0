"""Questions that go on with what was said before ("and if they refuse?"): whether they do, and how far.

A follow-up is read twice, alone and behind the title of the article that the last answer stood on and its question. The fewer words of
its own it brings, the more the second reading counts; from OWN_WORDS on it stands for itself, so that a new subject is
not dragged back to the old one. Chosen on tests/evals/guidance/tuning.yaml and half "a" of dialogues.yaml.
"""

import re
from collections.abc import Mapping, Sequence

from workflows.domain.guidance import Exchange, Recognized, Shelf
from workflows.guidance.ranking import Ranked

POINTING_WORDS, OWN_WORDS, OPENED = 2, 4, 0.3
"""Up to so many words of its own a question only points back; from so many on it says all itself, except that one which
opens like the next turn of a talk ("ok but my partner says ...") hangs on it by so much at least."""
ALONE = 0.5
"""What the reading of a mere pointer alone counts; the rest is its reading behind the subject."""
AHEAD, UNFOUND = 0.06, 0.1
"""The step ahead of the subject and of the articles related to it, where follow-ups lead; and what an article scores in
a reading that did not find it."""
LONGEST_THREAD = 3  # exchanges
SURE, CERTAIN = 1.3, 4.4
"""From these log-odds on words in a conversation are beyond the guidance; few words lean there by accident, and where
they point back only those that lean far."""
_SHORTEST, _SHORT, _LONGEST = 4, 12, 20  # words: always a follow-up, one where unclear alone, one where it points back
_POINTS = re.compile(
    r"^\W*(?:and|but|so|or|n|then|ok(?:ay)?|well|why not|what if|what about|how about|even if|if they|if we|what else"
    r"|(?:tell|give|show) me (?:more|the|an?other|some)|how (?:often|far|long|much|many|soon))\b"
    r"|\b(?:it|its|that|this|they|them|those|these|he|she|her|him|ones?|the same|instead|then|there)\b",
    re.I,
)
_OPENS = re.compile(r"^\W*(?:and|but|so|or|n|then|ok(?:ay)?|well|what if|what about|how about|even if)\b", re.I)
_LEAVES = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|anyway|now)\W+)*(?:(?:an? |on an? |one more )?(?:different|separate|other|another|unrelated"
    r"|next|new) (?:thing|question|issue|topic|subject|matter|note|point)|btw|by the way|thanks|thank you"
    r"|changing (?:the )?(?:subject|topic)|now (?:the|to|for|about))\b",
    re.I,
)
_WORD = re.compile(r"[a-z0-9][a-z0-9'%]*")


def before(history: Sequence[Exchange], shelf: Shelf) -> Exchange | None:
    """The last exchange whose answer stood on an article that is still there; None at the beginning."""
    return next((told for told in reversed(history) if told.reply.subject in shelf.articles), None)


def thread(history: Sequence[Exchange], shelf: Shelf) -> tuple[Exchange, ...]:
    """The last exchange and, while its question itself only points back, those it goes on with, the first first."""
    found: list[Exchange] = []
    for told in reversed([one for one in history if one.reply.subject in shelf.articles]):
        found.insert(0, told)
        if len(found) == LONGEST_THREAD or hangs(told.question, shelf) < 1:
            break
    return tuple(found)


def points(asked: str) -> bool:
    """Whether the words point back ("what if they say no to it")."""
    return bool(_POINTS.search(asked))


def follows(asked: str, *, covered: bool) -> bool:
    """Whether a question may go on with the one before; `covered` says whether an article is about it alone."""
    words = len(asked.split())
    if _LEAVES.search(asked):
        return False
    return words <= _SHORTEST or (points(asked) and words <= _LONGEST) or (not covered and words <= _SHORT)


def hangs(asked: str, shelf: Shelf) -> float:
    """How far a follow-up hangs on what was said before: 1 where it only points, 0 where it says all itself."""
    own = sum(word not in shelf.words.filler for word in _WORD.findall(asked.lower()))
    least = OPENED if _OPENS.search(asked) else 0.0
    return min(1.0, max(least, (OWN_WORDS - own) / (OWN_WORDS - POINTING_WORDS)))


def asks_for_less(asked: str, shelf: Shelf) -> bool:
    """Whether a few words only want the last answer shorter."""
    return len(asked.split()) <= _SHORT and shelf.told.asks_for_less(asked)


def so_far(thread: Sequence[Exchange], shelf: Shelf) -> str:
    """What a follow-up goes on with, for who is to say it as a question of its own: the questions and what they were
    answered from."""
    return "\n".join(f"{told.question}\n({shelf.articles[told.reply.subject].title})" for told in thread)


def retold(said: str, asked: str, thread: Sequence[Exchange], shelf: Shelf) -> str:
    """A follow-up as somebody else made it stand for itself, or "" where it brings in anything that was not said: a
    figure, a name, or more than filler between the words."""
    known = {_stem(word) for word in _WORD.findall(f"{asked} {so_far(thread, shelf)}".lower())}
    words = _WORD.findall(said.lower())
    new = [word for word in words if word not in shelf.words.filler and _stem(word) not in known]
    return " ".join(said.split()) if words and not new else ""


def _stem(word: str) -> str:
    """Enough of a word to know it again with another ending; figures whole."""
    return word if word[0].isdigit() else word[:5]


def together(
    alone: Sequence[Ranked], titled: Sequence[Ranked], thread: Sequence[Exchange], shelf: Shelf, how_far: float
) -> tuple[Ranked, ...]:
    """The articles for a follow-up, best first, from its two readings."""
    by_itself, below = ({r.article: r.score for r in ranked} for ranked in (alone, titled))
    ahead: dict[str, float] = {}
    for exchange in thread:
        subject = exchange.reply.subject
        ahead |= dict.fromkeys((*shelf.articles[subject].related, subject), AHEAD)
    headings = {r.article: r.heading for r in (*titled, *alone)}
    shares = {
        article: (1 - how_far * (1 - ALONE)) * by_itself.get(article, UNFOUND)
        + how_far * ((1 - ALONE) * below.get(article, UNFOUND) + ahead.get(article, 0.0))
        for article in {*by_itself, *below, *ahead}
    }
    found = (Ranked(article=a, score=s, heading=headings.get(a, "")) for a, s in shares.items())
    return tuple(sorted(found, key=lambda r: (-r.score, r.article)))


def kind_of(
    asked: str, alone: Recognized | None, titled: Recognized | None, leanings: Mapping[str, float]
) -> Recognized | None:
    """The kind of a follow-up. A few words alone lean anywhere; the subject settles it, except that what is surely
    beyond the guidance stays so: by itself where nothing points back, else under the subject as well."""
    beyond = alone is not None and alone.kind == "beyond" and leanings.get("beyond", CERTAIN) >= SURE
    if beyond and leanings.get("beyond", CERTAIN) >= CERTAIN:
        return alone
    if beyond and not points(asked):
        return alone
    if titled is not None and titled.kind == "beyond" and not beyond:
        return None
    return titled
