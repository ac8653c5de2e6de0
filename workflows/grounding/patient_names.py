"""Does a sentence name a person in care, or a relative?

Names have no pattern of their own. They are found by what stands around them: a patient word, a title beside words of
care, an age, a relation, an event. Physicians, contract managers and companies stand beside other words.
"""

import re
from collections.abc import Iterator

from workflows.grounding.first_names import FIRST_NAMES
from workflows.grounding.identifiers import DATE, Hit
from workflows.grounding.patients import AGE, CARE_WORDS, PERSONAL, in_care

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_TOKEN = rf"(?<![\w'-])[{_UPPER}](?:[^\W\d_]|['-](?=[^\W\d_])){{1,30}}"
_PARTICLE = r"(?:de|la|del|da|di|van|von|der|bin|al|el|st\.?)"
_MORE = rf"(?:\s+[{_UPPER}]\.?)?(?:\s+{_PARTICLE})*\s+{_TOKEN}(?:\s+(?:Jr|Sr|II|III)\b\.?)?"
_NAME = rf"(?P<name>{_TOKEN}(?:{_MORE}){{0,3}})"
_FULL = rf"(?P<name>(?:{_TOKEN}|[{_UPPER}]\.)(?:{_MORE}){{1,3}})"
_KNOWN = rf"(?P<name>(?:{'|'.join(sorted(n.capitalize() for n in FIRST_NAMES))}))\b"
_KNOWN_FULL = rf"(?P<name>(?:{'|'.join(sorted(n.capitalize() for n in FIRST_NAMES))})(?:{_MORE}){{1,2}})"
_INITIALS = rf"(?:[{_UPPER}]\.\s?)"

_THE = r"(?i:(?:the|a|an|our|one|this|that|my|his|her|another)\s+(?:[\w-]+\s+){0,3}?)"
_ONE = r"(?i:(?:patient|pt|member|enrollee|client|beneficiary|subscriber|inpatient)\b\.?)"
_RELATION = (
    r"(?:(?:grand)?(?:daughter|son|mother|father)|wife|husband|sister|brother|baby(?:\s+(?:boy|girl))?|child|newborn|infant"
    r"|spouse|niece|nephew|aunt|uncle|widow(?:er)?|twins?|fianc[eé]e?|caregiver|guardian|mom|dad)"
)
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Master|Señora?|Sra?)\b\.?"
_EVENT = (
    r"(?i:(?:(?:was|were|is|has\s+been|had\s+been|got)\s+)?(?:(?:re)?admitted|hospitali[sz]ed|discharged|diagnosed|rushed"
    r"|triaged|intubated|operated\s+on|transferred\s+to|treated\s+for|seen\s+(?:for|in|at|by|on|here|after|same|with)"
    r"|prescribed|underwent|suffered|died|passed\s+away|relapsed|complained\s+of|presented\s+(?:with|to\s+(?:the|our))"
    r"|came\s+(?:in|to\s+(?:us|our|the))|walked\s+in|went\s+to\s+the\s+(?:er|ed|emergency|hospital)|gave\s+birth|fell\b"
    r"|fainted|collapsed|overdosed|miscarried|delivered\s+(?:a|her)|is\s+pregnant|recovered|tested\s+positive|transported"
    r"|avoided\s+(?:an?|the)\s+(?:er|ed|emergency|hospital)|missed\s+(?:her|his|their)|needed\s+(?:a|an|surgery|insulin)"
    r"|takes\b|is\s+on\s|started\s+on|lost\s+(?:her|his)|waited|(?:has|had)\s+(?:(?:an?|her|his|been|history|of|type|\d"
    r"|severe|chronic|stage|uncontrolled)\s+)*(?:diabetes|asthma|cancer|copd|hypertension|stroke|heart|seizure|surgery|mri"
    r"|biopsy|lupus|hiv|hepatitis|dementia|depression|anxiety|epilepsy|pneumonia|infection|fever|chest|migraine|fall"
    r"|miscarriage|colonoscopy|kidney)\w*))"
)
_THING = (
    r"(?i:(?:[\w-]+\s+){0,2}?(?:a1c|hba1c|surger\w+|operation|biops\w+|mri|ct|scan|x-?ray|labs?|lab\s+results|chart|record"
    r"|blood(?:\s+(?:pressure|sugar|test)\w*)?|asthma|diabetes|insulin|medications?|meds|symptoms?|wound|pregnancy|chemo\w*"
    r"|cancer|stroke|seizures?|prescriptions?|diagnosis|hospital\s+stay|baby|delivery|(?:re)?admission|e[rd]\s+visit|care\s+plan|knee"
    r"|discharge|mother|daughter|son|wife|husband|hip|heart|kidney|treatment|therapy|inhaler|pain|fever|test\s+results?"
    r"|appointment|infection|mammogram|colonoscopy|condition|illness|recovery|death|birth|dialysis|ulcer|leg|foot)\b)"
)
_TREATED = (
    r"(?i:treated|saw|see|seeing|admitted|diagnosed|hospitali[sz]ed|discharged|operated\s+on|examined|referred|kept|sent"
    r"|triaged|cared\s+for|caring\s+for|care\s+of|calls?\s+from|case\s+of|visits?\s+(?:by|from|of)|surgery\s+(?:for|on)"
    r"|authorization\s+for|told|helped|monitor(?:ed|s)?|followed|delivered|visits|stabilized|vaccinated)"
)
_BORN = r"[\s,;|(]*(?i:dob|d\.o\.b\b\.?|mrn|born|birth\s?date|date\s+of\s+birth|chart\s*(?:no|\#)|acct)(?!\w)"

# A pattern, and whether it names a patient only among words of care.
_PATTERNS: tuple[tuple[str, bool], ...] = (
    # our patient Maria; the member, Robert Brown; patient John Smith; Member: J. Smith
    (rf"\b{_THE}{_ONE}(?:\s*[,(-]\s*|\s+(?:(?i:named|called|is|was)\s+)?){_NAME}", False),
    (
        rf"\b(?i:{_ONE}|guarantor|policyholder|(?:patient|member)s?\s+of\s+ours|of\s+(?:our|your|the)\s+(?:patients|members))"
        rf"(?:\s*(?i:is|was|named|called|name\s+is|known\s+as|initials)\s+|\s*[:,(-]\s*|\s+){_FULL}",
        False,
    ),
    (rf"\b(?i:patient|pt)\s+{_NAME}(?=\s+(?i:was|is|has|had|came|needs|takes|{_EVENT}|[a-z]+ed)\b)", False),
    (rf"\b(?i:patients|members)\s+(?i:named|like|such\s+as|including|called)\s+{_NAME}", False),
    (
        rf"\b(?i:patients?|pts?\.?|members?|enrollees?|clients?)\s+(?P<name>(?i:{'|'.join(sorted(FIRST_NAMES))})\b"
        rf"(?:{_MORE})?)",
        False,
    ),
    (
        rf"\b(?i:(?:patient|pt|member|guarantor|insured|subscriber|policyholder)(?:'s)?\s*(?:full\s+)?name"
        rf"|name\s+of\s+(?:the\s+)?(?:patient|member|insured))\s*(?:is|was|:|=|-)?\s*{_NAME}",
        False,
    ),
    (rf"{_NAME}(?i:,\s+(?:an?|our|one\s+of\s+our|my|the)\s+(?:[\w-]+\s+){{0,3}}?(?:patients?|pt)\b)", False),
    (
        rf"{_FULL}(?i:(?:\s*[,(]\s*|\s+(?:is|was|as)\s+)(?:who\s+(?:is|was|has\s+been)\s+)?(?:(?:an?|our|one\s+of\s+our|my|the)\s+)?"
        r"(?:[\w-]+\s+){0,3}?(?:patients?|pt|diabetic|asthmatic|members?\s+of\s+(?:your|the)\s+plan)\b)"
        r"(?!\s+(?:advocate|services?|navigator|care|coordinator|access|relations))",
        False,
    ),
    (rf"\b(?i:her|his|their|whose|patient's|the)\s+(?i:full\s+)?(?i:name)\s+(?i:is|was)\s+{_NAME}", False),
    # Mrs. Alvarez came in; Mr. and Mrs. Lee
    (rf"\b(?:{_TITLE}\s+and\s+)?{_TITLE}\s+{_NAME}", True),
    # John Smith, 72 y/o; Maria Lopez (67F); a 72-year-old named John; Ana, a 34-year-old teacher
    (
        rf"{_NAME}\s*[,(]\s*(?i:an?\s+)?(?i:aged?\s+\d{{1,3}}\b|{AGE}|\d{{1,3}}\)?,?\s+(?:who|was|has|had|came|lives))",
        False,
    ),
    (rf"{_FULL}\s+(?i:is|was)\s+(?i:an?\s+|now\s+|only\s+)?(?i:{AGE})", False),
    (rf"{_FULL}\s*\((?i:{CARE_WORDS})\b", False),
    (rf"\b(?i:cases?\s+of)\s+{_FULL}", False),
    (rf"(?i:{AGE},?\s+(?:[a-z]+\s+){{0,3}}?){_NAME}", False),
    # John Smith was admitted; treated Maria Lopez for; Robert Brown, whose dialysis ...
    (rf"{_FULL}(?:,?\s+(?i:who|then|also|first|again|recently|never|just|later))?\s+{_EVENT}", True),
    (rf"\b{_KNOWN}\s+{_EVENT}", True),
    (rf"\b{_TREATED}\s+{_FULL}", True),
    (rf"\b{_KNOWN_FULL}", True),
    # her daughter Ana; mother of Liam Chen; Maria's A1c
    (
        rf"\b(?i:his|her|their|whose|the|a|our|patient's|'s)\s+(?i:(?:[\w-]+\s+){{0,2}}?{_RELATION})(?:\s*,\s*|\s+"
        rf"(?:named\s+)?){_NAME}",
        False,
    ),
    (rf"\b(?i:{_RELATION}|parents?)\s+(?i:of|to)\s+{_NAME}", False),
    (rf"{_FULL}'s?\s+{_THING}", False),
    (rf"\b{_KNOWN}'s\s+{_THING}", False),
    (rf"\b(?i:patient|pt|member|name|insured|guarantor)\s*[:=]\s*(?P<name>{_TOKEN},\s*{_TOKEN})", False),
    # Smith, John, DOB ...; J.S., DOB ...; patient A.B.
    (rf"(?P<name>{_TOKEN},\s*{_TOKEN}(?:\s+[{_UPPER}]\.?)?)(?={_BORN}|[\s,;|(]*{AGE})", False),
    (rf"{_NAME}(?={_BORN})", False),
    (rf"(?P<name>{_INITIALS}{{1,2}}[{_UPPER}]\.?)(?={_BORN}|[\s,;|(]*(?i:{AGE}|{DATE}))", False),
    (rf"\b(?i:patient|pt|member)\b\.?\s+(?P<name>{_INITIALS}{{2,3}})", False),
)
_PLACE_BEFORE = re.compile(r"(?i)\b(?:in|near|from|at|of|to|around|through)\s*$")
# What has a capital in the second word and is no person: places, measures, languages.
_THING_NAME = re.compile(
    r"(?i)\b(?:springs?|mile|chester|creek|heights|falls|hills?|lakes?|park|beach|fort|mount|san|santa|los|las|saint|st|new"
    r"|north|south|east|west|island|bay|port|grove|ridge|junction|township|village|united|screening|control|controlling"
    r"|evaluation|index|score|rating|first|action|quality|final|open|creole|version|level|high|low|brief|report|data"
    rf"|{CARE_WORDS})\b|(?-i:\b[A-Z]{{3,}}\b)|\d"
)
_ANYBODY = re.compile(_FULL)
# A name has a capital after the first word, opens the sentence before an event, or follows a patient word.
_WORTH_READING = re.compile(
    rf"(?<=\W)[{_UPPER}]|^\W*(?:{_KNOWN}|{_TOKEN}\s*[,(])|(?i:\b(?:patients?|pts?|members?|enrollees?|clients?)\b)"
)
_NAMED = tuple((re.compile(pattern), only_in_care) for pattern, only_in_care in _PATTERNS)

# Words that open a sentence before a name, and words that stand where a name could and are none.
_OPENERS = frozenset(
    re.findall(
        r"\S+",
        """
    the we our this that these those they it he she i you your in on at by for with from to as if when while since per
    and or but all each every any some no not only his her their its my without ask last after before during because
    although once then now here there both one two three take consider thanks january february march
    april may june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday mr mrs ms miss patient patients member members
    """,
    )
)
_NOT_NAMES = frozenset(
    re.findall(
        r"\S+",
        """
    access advocate advocacy care center centers centered centred protection safety satisfaction services service
    relations experience portal portals first survey surveys panel panels education engagement financial navigator
    outcomes rights bill responsibility share liability volume volumes visits visit handbook appeals grievance id ids plan
    plans monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december medicare medicaid tricare aetna cigna humana anthem united unitedhealthcare blue
    bcbs optum kaiser molina centene ambetter buckeye cahps cg-cahps ncqa hedis mips cms er ed icu pcp ppo hmo pos epo
    md do np pa rn us usa english spanish vietnamese county city ohio texas florida california kentucky indiana michigan
    illinois georgia pennsylvania new north south east west part tier level stage class type dr doctor nurse physician
    physicians clinic hospital practice same next reported waiting wait record age ages group base mix population
    reimbursement agreement contract network provider providers covid diabetes hypertension asthma a1c hba1c hpsa see
    table total totals q1 q2 q3 q4 fy
    """,
    )
)
_COMPANY = re.compile(
    r"(?i)\b(?:health\w*|plans?|care|medical|medicine|clinic|hospital|center|centre|group|practice|associates|partners|family"
    r"|county|city|state|insurance|company|corp|inc|llc|pllc|network|systems?|services?|department|university|college"
    r"|school|district|board|committee|blue|cross|shield|medicare|medicaid|physicians?|pediatrics|orthop\w+|dermatology"
    r"|cardiology|oncology|surgery|valley|lakeview|river|street|road|avenue|ave|rd|blvd|lane|drive|highway|agreement|program|measure|rate|schedule|mutual"
    r"|amendment|exhibit|section|\w+days?|january|february|march|june|july|august|september|october|november|december"
    r"|institutes?|society|association|foundation|islands?|carolina|dakota|hampshire|jersey|mexico|york|virginia"
    r"|american|national|regional|urgent|emergency|primary|type|stage|grade|act|law|code|title)\b"
)
_CREDENTIAL = re.compile(
    r",?\s*\(?(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?|R\.?N|APRN|FNP(?:-C)?|CRNA|CNM|DPM|DDS|DMD|D\.?C|O\.?D|Ph\.?\s?D|Psy\.?D|DPT"
    r"|LCSW|LMFT|LPC|MPH|MBA|Esq|CPA|CEO|CFO|COO|FACP|FAAFP|MHA|JD)\b"
)
_CLINICIAN = re.compile(r"(?:\bDrs?|\bDoctor|\bProf|\bNurse)\.?\s*$")


def patient_names(segment: str) -> Iterator[Hit]:
    """Names (and initials) of people in care, their relatives included. Where something befell one person, any full
    name is taken for that person's."""
    if not _WORTH_READING.search(segment):
        return
    caring = in_care(segment)
    befell = PERSONAL.search(segment)
    if befell or caring:
        for match in _ANYBODY.finditer(segment):
            start, end = _trimmed(match)
            if " " not in segment[start:end] or not _person(segment, start, end):
                continue
            if befell or not (_PLACE_BEFORE.search(segment[:start]) or _THING_NAME.search(segment[start : end + 2])):
                yield start, end, "name"
    for pattern, only_in_care in _NAMED:
        if only_in_care and not caring:
            continue
        for match in pattern.finditer(segment):
            start, end = _trimmed(match)
            if start < end and _person(segment, start, end):
                yield start, end, "name"


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The name without the words that only open the sentence ("For Robert Brown's surgery")."""
    start, end = match.span("name")
    for word in re.finditer(r"\S+\s*", match.group("name")):
        bare = word.group().strip(" .,").lower()
        if bare not in _OPENERS:
            return (end if bare in _NOT_NAMES else match.start("name") + word.start()), end
        start = match.start("name") + word.end()
    return start, end


def _person(segment: str, start: int, end: int) -> bool:
    """Whether the name is a person's in care and not a clinician's, a company's or an abbreviation."""
    name = segment[start:end]
    if _COMPANY.search(name) or _CREDENTIAL.match(segment, end) or _CLINICIAN.search(segment[:start]):
        return False
    words = re.findall(r"[^\W\d_]+", name)
    return not (len(words) == 1 and "." not in name and name.isupper() and name.lower() not in FIRST_NAMES)
