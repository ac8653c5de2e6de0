"""Identifiers with a pattern: some say themselves what they are ("MRN 4471"), others only count beside a patient."""

import re
from collections.abc import Iterator

Hit = tuple[int, int, str]

_ID = r"(?=[A-Z0-9.\-/]*\d)[A-Z0-9][A-Z0-9.\-/]{2,}"
_NO = r"(?:\s*(?:(?:no|nos|num|nr|number|numbers|id|ids|code)\b\.?|\#))"
_IS = r"\s*(?:(?:is|was|of|are|reads?|listed\s+as|ending\s+in|ends\s+in|starting\s+with)\b|[:=\#,(-])*\s*"
_MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
          r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?")
DATE = (rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|(?:19|20)\d\d-\d\d-\d\d|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?"
        rf"(?:,?\s+(?:19|20)\d\d)?|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?:19|20)\d\d)?)")
_PHONE = r"(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]?\d{4}(?:\s?(?:x|ext\.?)\s?\d+)?(?!\d)"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_STREET = (r"\d{1,5}(?:[A-Z]|\s?1/2)?\s+(?:[NSEW]\.?\s+|North\s+|South\s+|East\s+|West\s+)?(?:[A-Z0-9][\w'.]*\s+){1,3}"
           r"(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Way|Ter|Terrace|Cir|Circle"
           r"|Pkwy|Parkway|Hwy|Highway|Trail|Trl|Pike|Row|Loop|Square)\b\.?|P\.?\s?O\.?\s+Box\s+\d+")
_ELDER = r"(?:9\d|1[01]\d)"
_OURS = r"(?<!bank )(?<!our )(?<!practice )(?<!practice's )(?<!group )(?<!vendor )(?<!payer )(?<!provider )(?<!lockbox )"

# Kind, and what says so by itself. The identifier need not be caught exactly: the text is refused as a whole.
_LABELLED: tuple[tuple[str, str], ...] = (
    ("social security number", r"(?<![\d-])(?!000|666)\d{3}[-. ]\d{2}[-. ]\d{4}(?![\d-])"),
    ("social security number", rf"\b(?:ssn|ss\#|soc(?:ial)?\.?\s*sec(?:urity)?\.?){_NO}?(?:\s*\(?last\s*(?:4|four)"
                               rf"(?:\s*digits)?\)?)?{_IS}[\dxX*][\dxX*.\- ]{{2,}}\d"),
    ("record number", rf"\b(?:mrn|emr|ehr|mr)\b{_NO}?{_IS}{_ID}"),
    ("record number", rf"\b(?:medical\s+record|health\s+record|record|chart|patient\s+file|file|patient){_NO}{_IS}{_ID}"),
    ("record number", rf"\bchart\s+(?=[A-Z\d-]*\d{{3}})[A-Z\d-]+\b"),
    ("member number", rf"\b(?:member|subscriber|beneficiary|enrollee|insured|insurance|medicaid|medicare|health\s+plan"
                      rf"|policy|policyholder|certificate|cardholder|mbi|hicn?|card)\b(?:'s)?{_NO}{_IS}{_ID}"),
    ("member number", rf"\b(?:mbi|hicn?)\b{_NO}?{_IS}{_ID}"),
    ("member number", r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
                      r"[AC-HJKMNP-RT-Y]{2}\d\d\b"),
    ("date of birth", rf"\b(?:d\.?o\.?b\.?|birth\s*-?date|date\s+of\s+birth|birthday|born(?:\s+on)?|d/o/b)\b{_IS}"
                      rf"(?:on\s+|in\s+)?(?:{DATE}|(?:19|20)\d\d|{_MONTH}\s+(?:19|20)\d\d)"),
    ("date of death", rf"\b(?:d\.?o\.?d\.?|date\s+of\s+death|died|passed\s+away|deceased)\b{_IS}(?:on\s+)?{DATE}"),
    ("age over 89", rf"\b{_ELDER}[\s-]*(?:y/?\.?o\.?\b|yrs?[\s-]*old|years?[\s-]*old|years?\s+of\s+age|yo[mf]?\b)"
                    r"(?!\s+(?:practice|clinic|hospital|building|company|agreement|contract|plan|firm|institution|group"
                    r"|law|statute|rule|tradition|or\s+(?:older|more|over)|and\s+(?:older|over|above|up)))"),
    ("age over 89", rf"\b(?:aged?|turned|turning|turns|is\s+now)\s+(?:of\s+)?{_ELDER}\b(?!\s*(?:%|\+|and\s+(?:over|older|"
                    r"above|up)|or\s+(?:over|older|more|above)|percent|days?|months?|visits|patients|members|-))"),
    ("account number", rf"{_OURS}\b(?:patient\s+)?(?:acct|account|guarantor)\b\.?{_NO}{_IS}{_ID}"),
    ("account number", rf"\bacct\b\.?{_IS}{_ID}|\bpatient(?:'s)?\s+(?:acct|account)\b\.?{_IS}{_ID}"),
    ("licence number", rf"\b(?:driver'?s?'?\s*-?\s*licen[sc]e|driving\s+licen[sc]e|\bdl|state\s+id|passport)\b{_NO}?{_IS}{_ID}"),
    ("vehicle number", rf"\b(?:licen[sc]e\s+plate|number\s+plate|plates?|car\s+tag|vehicle\s+tag|tag){_NO}?{_IS}"
                       r"(?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}\b"),
    ("vehicle number", r"\b(?:vin|vehicle\s+identification\s+number)\b\W*[A-HJ-NPR-Z0-9]{6,17}\b"),
    ("vehicle number", r"\b(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{13}\d{4}\b"),
    ("device number", rf"\b(?:device|implant|pacemaker|defibrillator|icd|pump|stent|prosthesis|lead|cpap|monitor|valve|unit"
                      rf"|serial|s/n|sn|udi|lot)\b\s*(?:'s\s*)?(?:serial|identifier|lot|model)?{_NO}{_IS}{_ID}"),
    ("device number", rf"\b(?:serial|s/n|udi)\b{_IS}{_ID}"),
    ("web address", r"\bhttps?://\S*(?:patient|chart|mrn|member|record|visit|encounter|person|pt)s?[=/]\S*\d\S*"),
    ("internet address", r"\b(?:ip|ip\s+address|ipv4|ipv6)\b\W*(?:address\W*)?(?:is\s+|was\s+)?(?:\d{1,3}(?:\.\d{1,3}){3}"
                         r"|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7})"),
    ("biometric record", r"\b(?:finger\s?-?print|thumb\s?-?print|palm\s?-?print|voice\s?-?print|iris\s+scan|retina\s+scan"
                         r"|face\s?-?print|facial\s+recognition|dna\s+profile|genetic\s+profile)s?\b(?:\s+(?:file|id|no|scan"
                         r"|template|record|hash|image|sample))?\.?(?:\s*(?:id|no|number|file|\#)\b\.?)*"
                         rf"{_IS}{_ID}"),
    ("photograph", r"\b[\w-]*(?:photo|face|headshot|selfie|portrait|patient|pt)[\w-]*\.(?:jpe?g|png|heic|tiff?|bmp|gif)\b"),
    ("other identifying number", rf"\b(?:claim|encounter|visit|accession|specimen|prescription|rx|referral|authorization"
                                 rf"|auth|pre-?cert(?:ification)?|case|study\s+subject|subject|trial|admission|confirmation"
                                 rf"|icn|dcn|tcn|ticket|patient\s+control|control|donor|biopsy|order|barcode|wristband)\b"
                                 rf"(?:{_NO}{_IS}|\s*[:\#]\s*)(?=[A-Z0-9.\-/]*\d[A-Z0-9.\-/]*\d)[A-Z0-9][A-Z0-9.\-/]{{3,}}"),
)
LABELLED = tuple((kind, re.compile(f"(?i){pattern}")) for kind, pattern in _LABELLED)
_INNER_ID = re.compile(r"(?i)\b(?:no|number|numbers|id)\s+(?:of|for)\b")

# What counts only when the words around it speak of one patient; the words of an event make a date a patient's date.
_TIED: tuple[tuple[str, str], ...] = (
    ("e-mail address", rf"(?i){_EMAIL}"),
    ("fax number", rf"(?i)\bfax\w*\b[^.\d]{{0,20}}{_PHONE}"),
    ("telephone number", _PHONE),
    ("street address", _STREET),
    ("ZIP code", r"(?i)\bzip(?:\s*code)?\W{0,4}(?:is\s+)?\d{5}(?:-\d{4})?"),
    ("web address", r"(?i)\b(?:https?://|www\.)\S+"),
    ("internet address", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    ("place", r"\b(?:lives?|living|lived|resid(?:es|ing|ed)|home|house|apartment|moved|resident|native|from)\s+(?:is\s+)?"
              r"(?:in|at|to|of|on|near|from)?\s*(?!Dr\b|Mr|Ms|January|February|March|April|May|June|July|August|September"
              r"|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Medicare|Medicaid)"
              r"[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*"),
    ("photograph", r"(?i)\b(?:photo(?:graph)?s?|picture|headshot|image|snapshot|video)\s+(?:of|showing|with)\b"),
    ("biometric record", r"(?i)\b(?:finger\s?-?print|thumb\s?-?print|palm\s?-?print|voice\s?-?print|iris|retina(?:l)?"
                         r"\s+(?:scan|image)|face\s?-?print)s?\b"),
)
TIED = tuple((kind, re.compile(pattern)) for kind, pattern in _TIED)
_EVENT = re.compile(
    r"(?i)\b(?:admi(?:tted|ssion)|discharge\w*|seen|saw|came|visit(?:ed)?|present(?:ed|ing)|surgery|operat(?:ed|ion)|died"
    r"|death|diagnos\w+|deliver(?:ed|y)|hospital\w*|treated|procedure|biopsy|scan|mri|x-?ray|labs?|appointment|follow-?up"
    r"|transfer\w*|fell|stroke|er|ed|emergency|injur\w+|exam\w*|vaccin\w+|started|referred|dob|born|refill\w*|onset|dos"
    r"|service|missed|scheduled|infusion|injection|colonoscopy|chemo\w*|dialysis|test\w*|underwent|called|checked\s+in)\b"
)
_DATE = re.compile(rf"(?i)(?<![\w/.-]){DATE}(?![\w/])")


def labelled(segment: str) -> Iterator[Hit]:
    """Identifiers that say themselves what they are."""
    for kind, pattern in LABELLED:
        for match in pattern.finditer(segment):
            if not _INNER_ID.search(match.group()):
                yield match.start(), match.end(), kind


def tied(segment: str, *, certain: bool) -> Iterator[Hit]:
    """Identifiers that count because `segment` speaks of one patient; `certain` when a name or number was found."""
    for kind, pattern in TIED:
        for match in pattern.finditer(segment):
            yield match.start(), match.end(), kind
    if certain or _EVENT.search(segment):
        for match in _DATE.finditer(segment):
            yield match.start(), match.end(), "date"
