"""Is this sentence about one person in care, and does it name that person?

Names have no pattern of their own. They are found by what stands around them: a patient word, a title beside clinical
words, an age, a relation, a clinical event. Physicians, contract managers and companies stand beside other words.
"""

import re
from collections.abc import Iterator

from workflows.grounding.first_names import FIRST_NAMES
from workflows.grounding.identifiers import DATE, Hit

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_TOKEN = rf"[{_UPPER}](?:[^\W\d_]|['-](?=[^\W\d_]))+"
_PARTICLE = r"(?:de|la|del|da|di|van|von|der|bin|al|el|st\.?)"
_LAST = rf"(?:\s+[{_UPPER}]\.?)?(?:\s+{_PARTICLE})*\s+{_TOKEN}(?:\s+(?:Jr|Sr|II|III)\b\.?)?"
NAME = rf"{_TOKEN}(?:{_LAST}){{0,2}}"
_FULL = rf"(?:{_TOKEN}|[{_UPPER}]\.){_LAST}(?:{_LAST})?"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Master|Señora?|Sra?)\b\.?"
_RELATION = (r"(?:grand)?(?:daughter|son|mother|father)|wife|husband|sister|brother|baby(?:\s+(?:boy|girl))?|child|newborn"
             r"|infant|spouse|niece|nephew|aunt|uncle|widow(?:er)?|twins?|fianc[eé]e?|caregiver|guardian|mom|dad")
_PATIENT = (r"(?:patients?|pts?\b\.?|members?|enrollees?|subscribers?|beneficiar(?:y|ies)|clients?|policyholders?|insured"
            r"|guarantor|inpatients?|outpatients?)")
_AGE = r"(?:\d{1,3}[\s-]*(?:y/?\.?o\.?\b|yrs?[\s-]*old|years?[\s-]*old|years?\s+of\s+age|yo[mf]?\b|[MF]\b))"

# Words that follow "patient" or "member" with a capital letter and name no person.
_NO_PERSON = frozenset(
    """access advocate advocacy care center centered centred protection safety satisfaction services service relations
    experience portal portals first survey surveys panel panels education engagement financial navigator outcomes rights
    bill health healthcare responsibility share liability volume volumes visits visit handbook appeals grievance id plan
    plans monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december medicare medicaid tricare aetna cigna humana anthem united unitedhealthcare blue
    bcbs optum kaiser molina centene ambetter buckeye the we our this that these those they it he she i you your in on
    at by for with from to as if when while since per and or but all each every any some no not only with's cg-cahps
    cahps ncqa hedis mips cms er ed icu pcp ppo hmo pos epo md do np pa rn us usa english spanish vietnamese county city
    ohio texas florida california kentucky indiana michigan illinois georgia pennsylvania new north south east west
    part tier level grade stage class type dr doctor nurse physician physicians clinic hospital practice same next day
    reported waiting wait days hours counts count records record age ages group groups base mix population populations
    reimbursement agreement contract network provider providers covid diabetes hypertension asthma a1c hba1c hpsa
    see table total totals q1 q2 q3 q4 fy""".split()
)
_COMPANY = re.compile(
    r"(?i)\b(?:health|plan|plans|care|medical|medicine|clinic|hospital|center|centre|group|practice|associates|partners"
    r"|family|county|city|state|insurance|company|corp|inc|llc|pllc|network|systems?|services?|department|university"
    r"|college|school|district|board|committee|blue|cross|shield|medicare|medicaid|physicians?|pediatrics|orthop\w+"
    r"|dermatology|cardiology|oncology|surgery|valley|lakeview|river|street|road|avenue|agreement|program|measure|rate"
    r"|schedule|amendment|exhibit|section|saturdays?|sundays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|january"
    r"|february|march|april|june|july|august|september|october|november|december|american|national|regional|urgent"
    r"|emergency|primary|the|our|we|this|these|in|at|after|before|when|she|he|they|it|her|his|type|stage|grade)\b"
)
_CREDENTIAL = re.compile(
    r",?\s*\(?(?:M\.?D|D\.?O|N\.?P|P\.?A(?:-C)?|R\.?N|APRN|FNP(?:-C)?|CRNA|CNM|DPM|DDS|DMD|D\.?C|O\.?D|Ph\.?\s?D|Psy\.?D|DPT"
    r"|LCSW|LMFT|LPC|MPH|MBA|Esq|CPA|CEO|CFO|COO|FACP|FAAFP|MHA|JD|JD)\b"
)
_BUSINESS = re.compile(
    r"(?i)\b(?:manager|director|president|vice|contract(?:s|ing)?|network|negotiat\w+|payer|offer(?:ed|s)?|proposal|letter"
    r"|rates?|representative|attorney|counsel|administrator|billing|biller|consultant|accountant|auditor|meeting|e-?mailed"
    r"|agreement|credentialing|amendment|executive|officer|partner|colleague|physician|surgeon|joined|hired|recruit\w*"
    r"|retire[sd]?|signed?|signs|board|provider relations|underwriter|broker|employer group|schedule of fees|reimbursement"
    r"|medical director|supervisor|coordinator|receptionist|our (?:nurse|doctor|office|front desk))\b"
)
_CLINICAL = re.compile(
    r"""(?ix)\b(?:admitted|admission|hospitali[sz]ed|discharged|diagnos(?:ed|is)|biops\w+|surgery|operation|stroke|seizures?
    |cancer|tumou?r|chemo\w*|radiation|leukemia|lymphoma|pregnan\w+|miscarriage|gave\s+birth|labou?r|c-section|fracture\w*
    |broke|fell|fall|wound|infection|sepsis|pneumonia|asthma|copd|diabet\w+|insulin|a1c|hba1c|glucose|hypertens\w+|blood
    |heart|chest|pain|fever|cough|rash|symptoms?|migraines?|depress\w+|anxiety|suicid\w*|overdos\w+|dialysis|kidney|liver
    |transplant|mri|ct\s+scan|x-?ray|ultrasound|colonoscopy|mammogram|labs?|prescri\w+|medications?|meds|dose|refill\w*
    |allerg\w+|anaphyla\w+|e\.?r\.?|emergency|urgent|ambulance|icu|hospital|hospice|therapy|treated|treatment|rehab|relapsed
    |underwent|suffer(?:s|ed|ing)|complain(?:s|ed|ing)|sick|ill|illness|injur\w+|hurt|died|passed\s+away|deceased|vaccin\w+
    |came\s+in|walked\s+in|came\s+to\s+(?:us|our|the\s+(?:clinic|office))|was\s+seen|were\s+seen|we\s+saw|we\s+see|checkup
    |check-up|follow-?up|appointment|visit(?:s|ed)?|exam\w*|knee|hip|shoulder|back\s+pain|wheez\w+|dizz\w+|nausea|vomit\w*
    |ulcers?|amputat\w+|hiv|hepatitis|covid|flu|dementia|alzheimer\w*|parkinson\w*|opioids?|addict\w*|psychiatr\w+|counsel(?:ed|ing)
    |newborn|nicu|preterm|delivered|epilep\w+|lupus|arthritis|eczema|psoriasis|melanoma|chart|record|dob|mrn|bedside|caregiver
    |inhaler|epipen|readmitted|triage\w*|nursing\s+home|oxygen|incision|stitches|sutur\w+|cardiac|angina|apnea)\b"""
)
_STRONG = (
    r"(?:(?:was|were|is|has\s+been|had\s+been|got)\s+)?(?:(?:re)?admitted|hospitali[sz]ed|discharged|diagnosed|rushed|transported"
    r"|triaged|intubated|operated\s+on|transferred\s+to|treated\s+for|seen\s+(?:for|in|at|by|on|here|after|same|with)"
    r"|prescribed|underwent|suffered|died|passed\s+away|relapsed|complained\s+of|presented\s+(?:with|to\s+(?:the|our))"
    r"|came\s+(?:in|to\s+(?:us|our|the))|walked\s+in|went\s+to\s+the\s+(?:er|ed|emergency|hospital)|gave\s+birth|fell\b"
    r"|fainted|collapsed|overdosed|miscarried|delivered\s+(?:a|her)|is\s+pregnant|recovered|tested\s+positive"
    r"|avoided\s+(?:an?|the)\s+(?:er|ed|emergency|hospital)|missed\s+(?:her|his|their)|called\s+(?:us\s+)?(?:at|after|with)"
    r"|needed\s+(?:a|an|surgery|insulin|stitches)|takes\b|is\s+on\s+|started\s+on|lost\s+(?:her|his)\s+(?:leg|foot|baby|sight)"
    r"|(?:has|had)\s+(?:an?\s+|her\s+|his\s+|been\s+|a\s+history\s+of\s+|type\s+|severe\s+|chronic\s+|stage\s+|uncontrolled\s+)*"
    r"(?:diabetes|asthma|cancer|copd|hypertension|stroke|heart|seizure|surgery|mri|biopsy|lupus|hiv|hepatitis|dementia"
    r"|depression|anxiety|epilepsy|pneumonia|infection|fever|chest|migraine|miscarriage|fall|colonoscopy|kidney|\d|copd)\w*)"
)
_THING = (r"(?:a1c|hba1c|surger\w+|operation|biops\w+|mri|ct|scan|x-?ray|labs?|lab\s+results|blood\s+(?:pressure|sugar|test)\w*"
          r"|chart|record|asthma|diabetes|insulin|medications?|meds|symptoms?|wound|pregnancy|chemo\w*|cancer|stroke|seizures?"
          r"|prescriptions?|diagnosis|hospital\s+stay|admission|readmission|er\s+visit|ed\s+visit|care\s+plan|discharge|mother"
          r"|daughter|son|wife|husband|knee|hip|heart|kidney|treatment|therapy|inhaler|pain|fever|test\s+results?|appointment"
          r"|blood|infection|mammogram|colonoscopy|condition|illness|case|recovery|death|birth|dialysis|ulcer|leg|foot)\b")

_MARKED = re.compile(
    rf"(?i)\b(?:the|a|an|our|one|this|that|his|her|my|another|same|certain|elderly|female|male)\s+"
    rf"(?:(?!new\b|typical\b|average\b|given\b|established\b|single\b)[a-z-]+\s+){{0,2}}?"
    r"(?:patient|pt|inpatient|enrollee|toddler|infant|newborn|woman|man|girl|boy|lady|gentleman|child)\b(?!\.?\s*-?\s*(?:panels?"
    r"|visits?|care|portals?|satisf\w+|surveys?|survey|experience|populations?|base|mix|volumes?|access|safety|lines?|hotline"
    r"|desk|services?|outreach|education|centered|waits?|waiting|responsib\w+|share|cost|liability|number|count|advocate\w*"
    r"|schedul\w+|records?\s+system|ratio|days?|hours|s\b|registry|recall|reminder\w*|engagement|navigat\w+|advisory|list))"
)
_AGED = re.compile(rf"(?i)\b{_AGE}(?!\s*(?:and|or)\s+(?:over|older|up|above|under|younger))")
_PRONOUN = re.compile(r"(?i)\b(?:he|she|his|her|him|hers)\b")


def about_a_patient(segment: str) -> bool:
    """Whether a sentence speaks of one patient, so that a date, an address or a telephone in it is that person's."""
    if _MARKED.search(segment) or re.search(r"(?i)\b(?:patient|pt|member)'s\s+(?!responsib|share|cost)", segment):
        return True
    if _BUSINESS.search(segment):
        return False
    if _AGED.search(segment) and not re.search(r"(?i)\b(?:patients|members|children|adults|practice|agreement)\b", segment):
        return True
    return bool(_PRONOUN.search(segment) and _CLINICAL.search(segment))


def patient_names(segment: str) -> Iterator[Hit]:
    """Names (and initials) of people in care, their relatives included."""
    for pattern, clinical_only in _NAMED:
        for match in pattern.finditer(segment):
            name = match.group("name")
            start, end = match.span("name")
            if not _person(name, segment, start, end, known=bool(match.re.groupindex.get("known"))):
                continue
            if clinical_only and (not _CLINICAL.search(segment) or _trade(segment, start, end)):
                continue
            yield start, end, "name"


def _person(name: str, segment: str, start: int, end: int, *, known: bool) -> bool:
    """Whether `name` is a person's and not a clinician's, a company's or an ordinary word's."""
    words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", name)
    first = words[0].lower() if words else ""
    if not words or first in _NO_PERSON or _COMPANY.search(name) or _CREDENTIAL.match(segment, end):
        return False
    if re.search(r"(?:\bDrs?|\bDoctor|\bProf|\bNurse)\.?\s*$", segment[:start]):
        return False
    if all(w.isupper() for w in words) and len(words) == 1 and "." not in name:
        return known or first in FIRST_NAMES
    return True


def _trade(segment: str, start: int, end: int) -> bool:
    """Whether the words around a title and name speak of business more than of care."""
    return bool(_BUSINESS.search(segment)) and not _AGED.search(segment)


def _first_names() -> str:
    return "|".join(sorted(FIRST_NAMES, key=len, reverse=True))


_KNOWN = rf"(?:{_first_names()})"
_SAID = r"(?:\s*(?:is|was|named|called|name\s+is|known\s+as|we'll\s+call|initials)\s+|\s*[:,(-]\s*|\s+)"
_NAMED: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(pattern), clinical_only)
    for pattern, clinical_only in (
        # our patient Maria; patient John Smith; pt. O'Brien; the member, Robert Brown, ...
        (rf"\b(?i:(?:the|a|an|our|one|this|that|my|his|her|another)\s+(?:[\w-]+\s+){{0,3}}?(?:patient|pt|member|enrollee|client"
         rf"|beneficiary|subscriber|inpatient)\b\.?)(?:\s*[,(-]\s*|\s+(?:(?:named|called|is|was)\s+)?)(?P<name>{NAME})", False),
        (rf"\b(?i:patient|pt|inpatient|guarantor|policyholder|subscriber|enrollee)\b\.?{_SAID}(?P<name>{_FULL})", False),
        (rf"\b(?i:{_PATIENT})\s+(?:(?:named|like|such\s+as|including|called)\s+)?(?P<name>(?i:(?P<known>{_KNOWN}))\b(?:{_LAST})?)", False),
        (rf"\b(?i:patients|members)\s+(?:named|like|such\s+as|including|called)\s+(?P<name>{NAME})", False),
        (rf"\b(?i:(?:patient|pt|member|guarantor|insured|subscriber|policyholder)(?:'s)?\s*(?:full\s+)?name|name\s+of\s+(?:the\s+)?"
         rf"(?:patient|member|insured))\s*(?:is|was|:|=|-)?\s*(?P<name>{NAME}|[{_UPPER}]+,\s*[{_UPPER}]+)", False),
        (rf"(?P<name>{_FULL})(?i:\s*,?\s+(?:is|was|as|who\s+is|who\s+was|,|,\s*an?|\()\s*(?:an?|our|one\s+of\s+our|my|the)?\s*"
         rf"(?:[\w-]+\s+){{0,3}}?(?:patients?|pt|members?\s+of\s+(?:your|the)\s+plan)\b)(?!\s+(?:advocate|services?|navigator|care"
         rf"|coordinator|access|relations))", False),
        # Mrs. Alvarez came in; Mr. Lee, 72 y/o
        (rf"\b{_TITLE}\s+(?P<name>{NAME})", True),
        # John Smith, 72 y/o; Maria Lopez (67F); a 72-year-old named John
        (rf"(?P<name>{NAME})\s*[,(]\s*(?i:an?\s+)?(?i:aged?\s+\d{{1,3}}\b|{_AGE}|\d{{1,3}}\)?,?\s+(?:who|was|has|had|came|lives))", False),
        (rf"(?i:{_AGE},?\s+(?:(?:old|female|male|man|woman|boy|girl|lady|gentleman|patient|member|widow\w*|named|called|[a-z]+)\s+)"
         rf"{{0,3}}?)(?P<name>{NAME})", False),
        # John Smith was admitted; treated Maria Lopez for
        (rf"(?P<name>{_FULL})(?:\s+(?i:who|then|also|first|again|recently|never|just|later))?\s+(?i:{_STRONG})", True),
        (rf"\b(?P<name>(?:{'|'.join(n.capitalize() for n in sorted(FIRST_NAMES))}))\s+(?i:{_STRONG})", True),
        (rf"\b(?i:treated|saw|seeing|admitted|diagnosed|hospitali[sz]ed|discharged|operated\s+on|examined|referred|kept|sent"
         rf"|triaged|for|of|with|cared\s+for|caring\s+for|calls?\s+from|about|case\s+of)\s+(?P<name>{_FULL})", True),
        # her daughter Ana; mother of Liam Chen; Maria's A1c; Smith, John, DOB
        (rf"\b(?i:his|her|their|whose|the|a|our|patient's|'s)\s+(?i:(?:[\w-]+\s+){{0,2}}?(?:{_RELATION}))(?:\s*,\s*|\s+(?:named\s+)?)"
         rf"(?P<name>{NAME})", False),
        (rf"\b(?i:{_RELATION}|parents?|guardian)\s+(?i:of|to)\s+(?P<name>{NAME})", False),
        (rf"(?P<name>{_FULL})'s?\s+(?i:(?:[\w-]+\s+){{0,2}}?{_THING})", False),
        (rf"\b(?P<name>(?:{'|'.join(n.capitalize() for n in sorted(FIRST_NAMES))}))'s\s+(?i:(?:[\w-]+\s+){{0,2}}?{_THING})", False),
        (rf"(?P<name>{_TOKEN},\s*{_TOKEN}(?:\s+[{_UPPER}]\.?)?)(?=[\s,;|(]*(?i:dob|d\.o\.b|mrn|{_AGE}|born|acct|chart))", False),
        (rf"(?P<name>{NAME})(?=[\s,;|(]*(?i:dob|d\.o\.b\.?|mrn|born|birth\s?date|date\s+of\s+birth|chart\s*(?:no|\#))\b)", False),
        (rf"(?P<name>(?:[{_UPPER}]\.\s?){{1,2}}[{_UPPER}]\.?)(?=[\s,;|(]*(?i:dob|d\.o\.b\.?|born|mrn|{_AGE}|{DATE}))", False),
        (rf"\b(?i:patient|pt|member)\b\.?\s+(?P<name>(?:[{_UPPER}]\.\s?){{2,3}})", False),
    )
)
