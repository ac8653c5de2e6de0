"""What must not be read: words that identify a patient, orders to a machine, other businesses' figures.

Cheap and deliberately wide: a sentence lost here costs a question, a sentence let through could put a patient's name
or somebody's rent into a letter.
"""

import re
from decimal import Decimal

_BORN = (
    r"\b(?:d\.?o\.?b\b|date of birth|born (?:on )?\d|mrn\b|m\.r\.n|medical record|record (?:no|number|#)|chart "
    r"(?:no|number|#)|ssn\b|social security|member id|subscriber id|policy (?:no|number|#)|patient id\b)"
)
_SSN = r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"
_PERSON = (
    r"\b(?:[Pp]atient|[Pp]t|[Mm]rs|[Mm]r|[Mm]s|[Mm]iss|[Hh]is wife|[Hh]er husband|[Hh]is mother|[Hh]er "
    r"mother)\.?\s+[A-Z][a-z]+"
    r"(?:\s+[A-Z][a-z]+)?"
)
_ILL = (
    r"(?i:\b(?:admi(?:tted|ssions?)|diagnos|a1c|her|his|she|he|surgery|came in|came to|chemo|ER|ED|hospital|"
    r"patient|asthma|visit|thank|year[- ]old|yo|stroke|attack)\b)"
)
PATIENT = re.compile(
    f"(?i:{_BORN})|{_SSN}|(?i:\\b\\d{{1,3}}[- ]?(?:yo|y/o|year[- ]old)\\b)[^.\\n]{{0,40}}(?-i:[A-Z][a-z]+ [A-Z][a-z]+)"
)
PATIENT_NAMED = re.compile(_PERSON)
_ILL_WORDS = re.compile(_ILL)

ORDER = re.compile(
    r"""(?ix)
    \b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instructions?|previous|prior|above|earlier
    |rules?|guard|prompt|everything|polic(?:y|ies))\b
    | \b(?:system\s+prompt|developer\s+mode|jailbreak|prompt\s+injection|as\s+an\s+ai\b
    |you\s+are\s+(?:now\s+)?(?:an?\s+)?(?:ai|assistant|chatgpt|language\s+model|helpful))
    | \b(?:assistant|chatgpt|gpt|claude|copilot|ai|bot|llm|system|model|parley)\s*[:,]\s
    | \b(?:print|reveal|output|disclose|repeat|show|leak|include|insert|put|write|state|mention
    |add)\b[^.\n]{0,50}\b(?:walk[- ]?away|floor|bottom\s+line|system|hidden|secret|private\s+(?:figures?|answers?
    |rates?))\b(?=[^.\n]{0,60}(?:letter|prompt|now|here|below|payer|verbatim|first|$))
    | \b(?:dear|attention|note\s+to|to)\s+(?:the\s+)?(?:ai|assistant|model|llm|chatgpt|bot|tool|software
    |reader\s+of\s+these\s+notes)\b
    | \b(?:the\s+)?(?:ai|assistant|language\s+model|llm|chatbot)\s+(?:must|should|shall|will|is\s+to|needs\s+to
    |has\s+to)\b
    | \b(?:set|change|mark)\s+(?:the\s+|every\s+|all\s+)?(?:field|answers?|target|confidence|visibility
    |floor)s?\s+(?:to|as)\b
    | \bbegin\s+(?:system|instructions?)\b | <\s*/?\s*(?:system|script|instructions?|prompt)\b | \[\s*(?:system
    |inst)\s*\]
    | \b(?:treat|mark)\s+(?:this|everything|all)\b[^.\n]{0,30}\bas\s+(?:confirmed|verified|sendable|true)\b
    """
)
ASIDE = re.compile(
    r"""(?ix)\b(?:lease|rent|mortgage|loan|copier|printer|fax\s+machine|parking|landlord|bought|purchase[d]?\s+price
    |treadmill|furniture|roof|hvac
    |subscription|clearinghouse\s+fee|portal\s+fee|admin\s+fee|software\s+(?:fee|costs?|license)|licen[sc]e\s+fee
    |ehr\s+(?:fee|costs?|is|runs)|malpractice|electric\s+bill|utilities
    |google\s+reviews?|yelp|healthgrades|population|residents|square\s+feet|sq\s?\.?\s?ft|coffee|holiday|christmas
    |birthday|wedding|lunch|softball|raffle|invoice|paid\s+\$?[\d,]+\s+back\s+in
    |my\s+(?:son|daughter|wife|husband|kid)|credit\s+line|line\s+of\s+credit|building|dues|membership|server|wi-?fi
    |password|vacation|server|conference|flight|tuition|deductible|new\s+(?:ultrasound|x-?ray|mri)\s+machine
    |people\s+fwiw)\b"""
)
_OWN_COST = re.compile(r"(?i)\b(?:up|rose|risen|increase[ds]?|gone up|went up|costs?)\b")


SECRET = re.compile(
    r"(?i)\b(?:(?:just\s+)?between\s+us|not\s+for\s+(?:them|the\s+(?:letter|payer)|letter|sharing|release)|"
    r"(?:do\s+not|don't)\s+(?:share|tell|send|put|use|include|quote|print)\b(?!\s+what)|keep\s+(?:that|this|"
    r"it)\s+(?:to\s+yourself|quiet|private|between)|off\s+the\s+record|confidential|"
    r"private(?:ly)?\b(?!\s+(?:equity|pay|practice|insur|room|plans?))|internal\s+only|for\s+(?:our|"
    r"your)\s+(?:eyes|ears)|obviously\s+not\s+for|ours\s+only|they\s+(?:must|should)\s+(?:not|never)\s+(?:know|"
    r"see))"
)
SECRET_FROM_HERE = re.compile(
    r"(?i)^\W*(?:(?:ok(?:ay)?,?\s+)?(?:just\s+)?between\s+us|not\s+for\s+(?:them|the\s+(?:letter|payer))|"
    r"private(?:\s+(?:stuff|notes?|part))?|confidential|internal(?:\s+only)?|off\s+the\s+record|"
    r"do\s+not\s+(?:share|send))\b"
)
SENSITIVE = re.compile(
    r"""(?ix)\$ | \b(?:dollars?|bucks|grand|usd)\b
    | \b(?:of|over|above|below|under|than|at|times|x)\s+(?:\w+\s+)?(?:medicare|mcr|mcare|cms)\b
    | \b(?:medicare|mcr|mcare)\s+(?:plus|minus|rates?|fee|allowable)\b
    | \b(?:fee\s+schedules?|reimburs\w+|allowables?|allowed\s+amounts?|conversion\s+factor|pays?\s+(?:us|me|better|more|less)
    |offer\w*|counter\w*|settl\w+|accept\w*|concede\w*|conce(?:ss|d)\w*|compromis\w+|negotiat\w+|budge|bluff\w*)\b
    | \b(?:floors?|bottom\s+line|walk(?:s|ed|ing)?[- ]?(?:away|out)?\b(?![- ]?ins?\b)|rock\s+bottom|lowest|minimums?|at\s+(?:the\s+)?(?:very\s+)?least|limit
    |deal[- ]?breakers?|red\s+lines?|last\s+resort|fall[- ]?back|plan\s+b|batna|leverage|desperate\w*|bleed\w*)\b
    | \b(?:can(?:'?t|not)|could(?:n'?t|\s+not)|won'?t|wouldn'?t|will\s+not|would|will|may|might|must|have\s+to|need(?:s|ed)?\s+to|ready\s+to|going\s+to|refuse\s+to)
      \s+(?:\w+\s+){0,3}(?:go|take|sign|live|survive|lose|leave|drop|quit|close|exit|terminate|resign|stay|get\s+out|opt\s+out|sell|fold|cave)\b
    | \b(?:drop(?:ping|ped)?\s+(?:them|this|the\s+(?:plan|contract|payer))|leav(?:e|ing)\s+(?:them|the\s+network)|terminat\w+|going\s+(?:cash|out\s+of\s+network))\b
    | \b(?:break[- ]?even|margins?|overhead|afford\w*|payroll|cash\b(?!\s+pay\s+patients)|reserves?|savings|debts?|loans?|runway|bankrupt\w*|profit\w*|revenues?|collections?|income|salar(?:y|ies))\b
    | \b(?:other|another|next|rival|competing)\s+(?:\w+\s+)?(?:payers?|insurers?|plans?|carriers?|contracts?)\b
    | \b(?:secret\w*|confiden\w+|private(?:ly)?|whisper\w*|don'?t\s+(?:tell|share|say|mention|let)|nobody\s+(?:knows|should)|only\s+(?:you|we)\s+know)\b
    """
)
"""Words near which something may be told that no language model is to see: money, limits, alternatives, confidences."""
_COUNTED = re.compile(
    r"""(?ix)\b(?:patients?|pts?|members?|visits?|calls?|slots?|appointments?|appts?|openings?|people|kids|children|adults|seniors|families|babies
    |physicians?|doctors?|docs?|mds?|nps?|pas?|apps?|apcs?|crnas?|providers?|clinicians?|nurses?|rns?|mas?|assistants?|staff|schedulers?|billers?|fte
    |sites?|offices?|locations?|clinics?|rooms?|buildings?|practices?|groups?|hospitals?|counties|towns|nights?|evenings?|mornings?|saturdays?|sundays?|weekends?
    |claims?|denials?|denied|appeals?|overturned|auths?|authorizations?|pas|peer[- ]to[- ]peers?|requests?|faxes|forms?|referrals?|referring|reviews?|surveys?
    |respondents?|responses|stars|score[ds]?|minutes?|mins?|languages?|specialists?|employers?|employees|per\s+(?:1,?000|thousand|hundred)|out\s+of\s+\d+
    |admissions?|readmi\w*|bounce\w*|discharges?|stays?|infusions?|procedures?|tests?|screen\w*|panel|satisf\w*|recommend\w*|control\w*|no[- ]shows?)\b"""
)
_OTHERWISE = re.compile(
    r"(?i)\W*(?:$|is|are|was|or|and|but|to|would|will|could|should|might|we|i|they|it|that|this|do|does|a|an|the|of|at|on|in|for|from|if|"
    r"points?|pts|over|above|below|under|flat|plus|minus|more|less|across|overall|blended|even|max\w*|min\w*|tops?|years?\s+running)\b"
)
_NEAR = 36  # characters in which what is counted stands
_LEAST_RATE, _MOST_RATE = 40, 400  # what a percent of Medicare, or the dollars of a visit, may be


def plainly_counts(words: str, start: int, end: int, unit: str, amount: Decimal) -> bool:
    """Whether a figure says itself what it counts, so that it can be no rate or limit: time, distance, a date; a number
    or share beside patients, visits, claims and the like; or a whole number before a thing, too small or too large for
    a rate."""
    if unit in ("usd", "points"):
        return False
    if unit not in ("count", "percent"):
        return True
    if _COUNTED.search(words[max(0, start - _NEAR) : end + _NEAR]):
        return amount <= 100 if unit == "percent" else amount == int(amount) or amount < 6
    bare = unit == "percent" or amount != int(amount) or _LEAST_RATE <= amount <= _MOST_RATE
    return not bare and not _OTHERWISE.match(words[end:])


def identifies_patient(words: str) -> bool:
    """Whether words point to one patient: an identifier, or a titled name beside an illness."""
    if PATIENT.search(words):
        return True
    named = PATIENT_NAMED.search(words)
    return bool(named and _ILL_WORDS.search(words[: named.start()] + words[named.end() :]))


def is_order(words: str) -> bool:
    """Whether words are addressed to a machine instead of telling about the practice."""
    return bool(ORDER.search(words))


def is_aside(words: str) -> bool:
    """Whether the figures of these words belong to something else than the contract: rent, a copier, a town."""
    return bool(ASIDE.search(words))
