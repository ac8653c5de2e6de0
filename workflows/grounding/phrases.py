"""Words a letter must not gain by rewording: threats to leave, joint action, promises, superlatives, turned meanings.

Ending an agreement is a legal act with its own notice, and acting together with other practices is unlawful: both
are refused even when they were in the plain wording. The rest is measured against the sources of the sentence.
"""

import re
from collections.abc import Iterator

from workflows.domain.draft import Objection
from workflows.grounding.characters import foreign_words, mixed_scripts
from workflows.grounding.wording import Wording

_NETWORK = r"(?:network|panel|plan|plans|agreement|contract|participation|relationship|arrangement|product)"
_SEEN = r"(?:members?|patients?|enrollees|insureds?|plans?|insurance|business)"
LEAVING = re.compile(
    rf"""(?ix)
      \bterminat(?:e[sd]?|ing)\b (?! \s+ (?:clause|section|provision)s?\b)
    | \b(?:notices?|letters?|warning|intent(?:ion)?|threat)\s+(?:of|to)\s+(?:our\s+|its\s+|the\s+)?
      (?:terminat\w+|withdraw\w*|non-?\s?renew\w*|cancel\w*|leave|exit|resign\w*|depart\w*|end|disenroll\w*)\b
    | \bwithdraw(?:s|n|al|ing)?\s+from\b | \bwithdrew\s+from\b | \bwithdraw\s+(?:our|its|the)\s+participation\b
    | \b(?:leave|leaves|leaving|left|exit|exits|exiting|quit|quits|quitting|depart(?:s|ing)?(?:\s+from)?
        |pull(?:s|ing)?\s+out\s+of|drop(?:s|ping)?(?:\s+out\s+of)?|walk(?:s|ing)?\s+away\s+from|step(?:s|ping)?\s+out\s+of
        |resign(?:s|ing)?\s+from|abandon(?:s|ing)?|part(?:s|ing)?\s+ways|bow(?:s|ing)?\s+out\s+of
        |sever(?:s|ing)?|dissolv(?:e|es|ing)|disaffiliat\w*|disenroll\w*|discontinu(?:e|es|ing)|void(?:s|ing)?
        |cancel(?:s|l?ing)?|end|ends|ending|rescind\w*)\s+(?:\w+(?:'s)?\s+){{0,4}}?{_NETWORK}\b
    | \bwalk(?:s|ing)?\s+away\b | \bpart(?:s|ing)?\s+ways\b | \bpull(?:s|ing)?\s+out\b
    | \b(?:will|shall|would|may|might|could|must|can|do|does|did)(?:\s+(?:\w+\s+)?not|n't)\s+(?:be\s+)?
      (?:renew|extend)\w*
    | \b(?:won't|cannot|can't)\s+(?:be\s+)?(?:renew|extend)\w* | \bnot\s+(?:be\s+)?renew(?:ed|ing)?\b
    | \bnon-?\s?(?:renewal|renewing|participat\w+)\b | \blet\s+(?:\w+\s+){{0,3}}(?:lapse|expire)\b
    | \b(?:allow|permit)\s+(?:\w+\s+){{0,3}}to\s+(?:lapse|expire)\b
    | \bopt(?:s|ed|ing)?[ -]out\b
    | \b(?:go|goes|going|become|becomes|becoming|move|moving|be|operate|operating)\s+(?:an?\s+)?out[ -]of[ -]network\b
    | \b(?:stop|stops|stopping|cease|ceases|ceasing|refuse|refuses|refusing|suspend|suspends|suspending|limit|halt
        |decline|declines|declining)\s+(?:to\s+)?(?:\w+\s+){{0,4}}?{_SEEN}\b
    | \b(?:cease|stop|refuse|decline)\s+to\s+participate\b
    | \b(?:cease|stop|end|ending)\s+(?:our|its|all)?\s*participat\w+
    | \bno\s+longer\s+(?:be\s+)?(?:able\s+to\s+)?(?:participat\w+|accept|see|take|treat|serve|contract|in[ -]network)
    | \bclose\s+(?:our|its|the)\s+(?:doors?|panels?|practice)\b | \bturn(?:ing)?\s+away\s+(?:your|its|the|this)\b
    | \b(?:end|conclude|finish)\s+(?:this|our|the)\s+(?:partnership|agreement|contract|relationship)\b
    | \bfinal\s+(?:offer|demand|warning)\b | \botherwise\s+we\s+(?:will|shall)\b | \bor\s+else\b
    """
)
_DISCLAIMED = re.compile(
    r"(?i)\b(?:is|are|was|were|does|do)\s*(?:n't| not)\s+(?:(?:meant|intended|to be read|to be taken|a|an|any|as|give"
    r"|constitute|serve|amount|to|be|the|or|and|threat|notice|of|termination|non-?renewal)\s+)*$"
)
_CLAUSE_NOUN = re.compile(r"(?i)\b(?:terminations?|cancellations?)\b")
_GROUPS = r"(?:practices|groups|physicians|doctors|providers|clinics|offices|specialists|colleagues|competitors)"
JOINT_ACTION = re.compile(
    rf"""(?ix)
      \b(?:together|jointly|along|in\s+concert|united|in\s+common|side\s+by\s+side|coordinat\w+|coalition|alliance)\s+
      (?:with|by|of)\s+(?:\w+\s+){{0,3}}?{_GROUPS}\b
    | \b(?:all|every|each|most|many|several|both|some)(?:\s+of)?\s+(?:the\s+|our\s+)?(?:\w+\s+){{0,2}}?
      (?:{_GROUPS}|practice|group)\s+(?:in|across|around|throughout|of)\s+(?:the\s+|this\s+|our\s+)?
      (?:town|city|county|area|region|market|community|state|valley)\b
    | \b(?:other|fellow|neighbou?ring|nearby|competing|rival|local|area)\s+(?:\w+\s+){{0,2}}?{_GROUPS}\s+
      (?:also\s+|too\s+|all\s+|and\s+we\s+|will\s+|would\s+|have\s+|are\s+|intend\s+|plan\s+)*
      (?:agree|refus|reject|declin|demand|ask|request|join|sign|stand|plan|intend|insist|leav|support|feel|accept|drop)\w*
    | \bwe\s+and\s+(?:the\s+|our\s+)?(?:other|fellow|neighbou?ring)\b
    | \b(?:collectively|jointly|as\s+one|as\s+a\s+group\s+of\s+practices|en\s+bloc)\b
    | \bboycott\w* | \bunited\s+front\b | \bjoin(?:s|ed|ing)?\s+forces\b | \bband(?:ing|ed)?\s+together\b
    | \bagree(?:d|ment|ing)?\s+(?:with|among)\s+(?:\w+\s+){{0,3}}?{_GROUPS}\b
    | \bon\s+behalf\s+of\s+(?:\w+\s+){{0,3}}?{_GROUPS}\b
    | \b(?:group|concerted|collective|joint)\s+(?:refusal|action|termination|negotiation|bargaining|withdrawal)s?\b
    """
)
_PROMISES = re.compile(
    r"(?i)\b(?:guarant\w+|promis\w+|pledg\w+|vow\w*|assur\w+|certain(?:ly|ty)?|undoubtedly|definitely|without (?:a )?"
    r"doubt|no doubt|always|never|every single|without (?:exception|fail)|will (?:surely|inevitably)|ensur\w+)\b"
)
_SUPERLATIVES = re.compile(
    r"(?i)\b(?:best|only|sole(?:ly)?|leading|premier|foremost|uniquely?|unmatched|unparalleled|unrivall?ed|unequall?ed"
    r"|unsurpassed|second to none|world[- ]class|top[- ](?:rated|tier|quality|notch|performing)|number[- ]one|no\. ?1"
    r"|#1|outstanding|exceptional(?:ly)?|excellent|superior|state[- ]of[- ]the[- ]art|gold standard|cutting[- ]edge"
    r"|renowned|undisputed|most|least|first[- ]class|any other|no other|nobody else|no one else"
    r"|(?!request|interest|honest|modest|invest|suggest|harvest|forest|protest|contest|latest|nearest|tempest|arrest"
    r"|midwest|northwest|southwest|earnest|digest|chest|guest|quest|attest|manifest|everest|conquest|inquest|crest"
    r"|behest|bequest|unrest|forrest|priest|wildest)[a-z]{3,}est)\b"
)
_STUDIES = re.compile(
    r"(?i)\b(?:stud(?:y|ies)|research(?:ers)?|surveys?|literature|evidence (?:shows?|suggests?)|experts?"
    r"|meta-?analys[ie]s|published|peer[- ]reviewed|journals?|trial|according to|report(?:s|ed)? (?:by|from)|statistics"
    r"|data (?:show|from)\w*"
    r"|it is (?:well )?known|widely (?:known|accepted))\b"
)
_NEGATION = re.compile(
    r"(?i)\b(?:not|no|nor|neither|never|none|nobody|nothing|without|cannot|hardly|barely|lacks?|fails?"
    r"|failed|unable|refuses?d?|denie[sd])\b|n't\b"
)
_OPPOSITES = tuple(
    (re.compile(rf"(?i)\b(?:{a})\b"), re.compile(rf"(?i)\b(?:{b})\b"))
    for a, b in (
        ("below|under|beneath", "above|over|exceeds?|exceeding"),
        ("less|fewer", "more"),
        ("lower|lowest", "higher|highest"),
        ("increase[sd]?|rise[sn]?|rose|raise[sd]?|up", "decrease[sd]?|fall|fell|fallen|reduce[sd]?|reduction|cut|down"),
        ("before|until", "after|since"),
        ("at least|minimum|no less than", "at most|maximum|up to|no more than"),
        ("better|improve[sd]?", "worse|worsen(?:s|ed)?"),
        ("longer|slower", "shorter|faster|sooner"),
        ("approved|accepted|accepts?|open", "denied|rejected|rejects?|closed"),
        ("gain(?:s|ed)?", "lose|loses|lost|loss"),
        ("used|avoided|prevented", "unused|caused"),
        ("in[- ]network", "out[- ]of[- ]network"),
    )
)


def check_leaving(wording: Wording) -> Iterator[Objection]:
    """Language that ends, or threatens to end, the agreement; hard even where it was in the plain wording."""
    says = (
        "this reads as a threat or notice to end the agreement. No letter of Parley's does that: it needs its own "
        "notice after a look at the agreement, with counsel"
    )
    for match in LEAVING.finditer(wording.text):
        if not _DISCLAIMED.search(wording.text[: match.start()]):
            yield wording.objection(match.group(), says, hard=True)
    for match in _CLAUSE_NOUN.finditer(wording.text):
        if match.group().lower() not in wording.lent and not _DISCLAIMED.search(wording.text[: match.start()]):
            yield wording.objection(match.group(), says, hard=True)


def check_joint_action(wording: Wording) -> Iterator[Objection]:
    """Language of acting together with other practices; hard always."""
    for match in JOINT_ACTION.finditer(wording.text):
        yield wording.objection(
            match.group(),
            "this suggests acting together with other practices, which the antitrust "
            "laws forbid. A letter speaks for this practice alone",
            hard=True,
        )


def check_claims(wording: Wording) -> Iterator[Objection]:
    """Promises, superlatives and appeals to studies that no source of the sentence makes."""
    for pattern, says in (
        (_PROMISES, "this promises more than the facts behind the sentence say"),
        (_SUPERLATIVES, "this praises more than the facts behind the sentence say: let the measure speak"),
        (_STUDIES, "no study or report of this kind is behind the sentence"),
    ):
        for match in pattern.finditer(wording.text):
            if match.group().lower() not in wording.lent:
                yield wording.objection(match.group(), says, hard=False)


def check_turned(wording: Wording) -> Iterator[Objection]:
    """A "not" that came or went, and words of direction turned into their opposite."""
    if not wording.plain:
        return
    new, old = (len(_NEGATION.findall(t)) for t in (wording.text, wording.plain))
    if (new - old) % 2:
        match = _NEGATION.search(wording.text if new > old else wording.plain)
        words = match.group() if match else ""
        yield wording.objection(
            words, "a negation was added or removed: the sentence may now say the opposite", hard=False
        )
    for one, other in _OPPOSITES:
        for here, there in ((one, other), (other, one)):
            match = here.search(wording.text)
            if match and not here.search(wording.lent) and there.search(wording.plain):
                yield wording.objection(match.group(), "the plain wording says the opposite", hard=False)


def check_letters(wording: Wording) -> Iterator[Objection]:
    """Words in which a letter of another alphabet imitates a Latin one, and words wholly in another alphabet."""
    for word in mixed_scripts(wording.text):
        yield wording.objection(word, "this word mixes letters of two alphabets: type it again", hard=True)
    for word in foreign_words(wording.text):
        if word.lower() not in wording.lent:
            yield wording.objection(word, "this is not in Latin letters, and the guard cannot read it", hard=True)
