"""Identifiers with a pattern: some say themselves what they are ("MRN 4471"), others only count beside a patient."""

import re
from collections.abc import Iterator

Hit = tuple[int, int, str]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"(?:(?:0?[1-9]|1[0-2])[/.-](?:0?[1-9]|[12]\d|3[01])[/.-](?:{_YEAR}|\d\d)(?!\d)|{_YEAR}-\d\d-\d\d"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?)"
)
_PHONE = r"(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]?\d{4}(?:\s?(?:x|ext\.?)\s?\d+)?(?!\d)"
_EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_STREET = (
    r"\d{1,5}(?:[A-Z]|\s?1/2)?\s+(?:[NSEW]\.?\s+|North\s+|South\s+|East\s+|West\s+)?(?:[A-Z0-9][\w'.]{0,30}\s+){1,3}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Ln|Lane|Blvd|Boulevard|Ct|Court|Pl|Place|Way|Ter|Terrace|Cir|Circle"
    r"|Pkwy|Parkway|Hwy|Highway|Trail|Trl|Pike|Row|Loop|Square)\b\.?|P\.?\s?O\.?\s+Box\s+\d+"
)

# An identifier follows its label at once ("MRN: 4471"), or after a few words ("chart number for her is 4471").
_ID = r"(?=[A-Z0-9.\-/]{0,30}\d)[A-Z0-9][A-Z0-9.\-/]{2,40}"
_NO = r"(?:\s*(?:(?:no|nos|num|nr|number|numbers|id|ids|code)\b\.?|\#))"
_NEXT = r"(?:\s*(?:(?:is|was|reads?|ending(?:\s+in)?|ends\s+in|starting\s+with)\b|\(\d\d\)|[:=\#,(-]))*\s*"
_LATER = r"(?:\s+(?:on|for|of|in|at)\s+(?:the\s+|this\s+|our\s+|your\s+|her\s+|his\s+)?[a-z]+\b)?"
_THE_ID = rf"{_LATER}{_NEXT}{_ID}"


def _numbered(words: str) -> str:
    return rf"\b(?:{words})\b\.?(?:'s)?{_NO}{{1,2}}{_THE_ID}"


def _named(words: str) -> str:
    return rf"\b(?:{words})(?!\w)\.?{_NO}?{_THE_ID}"


_ELDER = r"(?:9\d|1[01]\d)"
_OLD = r"(?:y/?\.?o\.?(?!\w)|yrs?[\s-]*old|years?[\s-]*old|years?\s+of\s+age|yo[mf]?\b)"
_NO_PERSON_IS = (
    r"(?!\s+(?:practice|clinic|hospital|building|company|agreement|contract|plan|firm|institution|group|law|statute|rule"
    r"|tradition|or\s+(?:older|more|over)|and\s+(?:older|over|above|up)))"
)
_OURS = "".join(rf"(?<!\b{w} )" for w in ("bank", "our", "practice", "group", "vendor", "payer", "provider", "lockbox"))

# Kind, and what says so by itself. The identifier need not be caught exactly: the text is refused as a whole.
_LABELLED: tuple[tuple[str, str], ...] = (
    ("social security number", r"(?<![\d-])(?!000|666)\d{3}[-. ]\d{2}[-. ]\d{4}(?![\d-])"),
    (
        "social security number",
        rf"\b(?:ssn|ss\#|ss\s+(?:no|number)\b\.?|soc(?:ial)?\.?\s*sec(?:urity)?\.?){_NO}?"
        rf"(?:\s*\(?last\s*(?:4|four)(?:\s*digits)?\)?)?{_NEXT}[\dxX*][\dxX*.\- ]{{2,}}\d",
    ),
    ("record number", _named(r"mrn|emr|ehr|mr")),
    ("record number", _numbered(r"medical\s+record|health\s+record|record|chart|patient\s+file|file|patient")),
    ("record number", r"\b(?:chart|(?:medical|health)\s+record)\s+(?=[A-Z\d-]{0,30}\d{3})[A-Z\d-]{3,40}\b"),
    ("record number", rf"\bchart\s*[:\#]\s*(?=\S{{0,30}}\d{{3}}){_ID}"),
    (
        "date of service",
        rf"(?<!or after )(?<!effective )\b(?:dos|date\s+of\s+(?:service|visit|admission|discharge|surgery))\b"
        rf"{_NEXT}(?:on\s+)?{DATE}(?!\s*(?:to\b|through|thru|until|-|and\s+(?:after|later)|forward|onward))",
    ),
    (
        "member number",
        _numbered(
            r"member(?:\s+identification)?|subscriber|beneficiary|enrollee|insured|insurance|medicaid|medicare"
            r"|health\s+plan|(?<!medical )(?<!payment )(?<!coverage )(?<!clinical )policy|policyholder|certificate"
            r"|cardholder|card"
        ),
    ),
    ("member number", _named(r"mbi|hicn?")),
    ("member number", rf"\bid{_NO}?{_NEXT}{_ID}\s+on\s+(?:the|her|his|their)\s+(?:\w+\s+)?card"),
    ("member number", r"\b(?:member|subscriber|patient|enrollee|insured)\s+(?=[A-Z]{0,3}\d{6})[A-Z]{0,3}\d{6,14}\b"),
    (
        "member number",
        r"\b[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?"
        r"[AC-HJKMNP-RT-Y]{2}\d\d\b",
    ),
    (
        "date of birth",
        rf"\b(?:d\.?o\.?b\b\.?|d/o/b|birth\s*-?dat(?:e|ed)|date\s+of\s+birth|birthday|born(?:\s+on)?)(?!\w)"
        rf"{_LATER}{_NEXT}(?:on\s+|in\s+)?(?:{DATE}|{_YEAR}|{_MONTH}\s+{_YEAR})",
    ),
    (
        "date of death",
        rf"\b(?:d\.?o\.?d\.?|date\s+of\s+death|died|passed\s+away|deceased)(?!\w){_NEXT}(?:on\s+)?{DATE}",
    ),
    ("age over 89", rf"\b{_ELDER}[\s-]*{_OLD}{_NO_PERSON_IS}"),
    (
        "age over 89",
        rf"\b(?:aged?|turned|turning|turns|is\s+now)\s+(?:of\s+)?{_ELDER}\b(?!\s*(?:%|\+|-|percent|days?"
        r"|months?|visits|patients|members|and\s+(?:over|older|above|up)|or\s+(?:over|older|more|above)))",
    ),
    ("account number", _OURS + _numbered(r"(?:patient\s+|billing\s+)?(?:acct|account|guarantor)")),
    ("account number", _named(r"acct|patient(?:'s)?\s+(?:acct|account)|guarantor\s+(?:acct|account)")),
    ("licence number", _named(r"driver'?s?'?\s*-?\s*lic(?:en[sc]e)?\.?|driving\s+licen[sc]e|dl|state\s+id|passport")),
    (
        "vehicle number",
        rf"\b(?:licen[sc]e\s+plate|number\s+plate|plates?|car\s+tag|vehicle\s+tag|tag){_NO}?{_NEXT}"
        r"(?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}\b",
    ),
    ("vehicle number", rf"\b(?:vin|vehicle\s+identification){_NO}?{_NEXT}[A-HJ-NPR-Z0-9]{{6,17}}\b"),
    ("vehicle number", r"\b(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{13}\d{4}\b"),
    (
        "device number",
        rf"\b(?:device|implant|pacemaker|defibrillator|icd|pump|stent|prosthesis|lead|cpap|monitor|valve|aid"
        rf"|unit|serial|s/n|sn|udi|lot)\b\s*(?:'s\s*)?(?:(?:serial|identifier|lot|model){_NO}?|{_NO})"
        rf"{_THE_ID}",
    ),
    ("device number", _named(r"serial|s/n|udi")),
    (
        "web address",
        r"\bhttps?://[^\s/]{1,200}/\S{0,200}?\b(?:patient|chart|mrn|member|record|visit|encounter|person)s?(?:[=/]|\?\w+=)"
        r"[\w-]{0,60}\d",
    ),
    (
        "internet address",
        rf"\bip(?:v[46])?\b(?:\s+address)?{_LATER}{_NEXT}(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}"
        r"|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7})",
    ),
    (
        "biometric record",
        r"\b(?:finger\s?-?print|thumb\s?-?print|palm\s?-?print|voice\s?-?print|iris\s+scan|retina\s+scan"
        r"|face\s?-?print|facial\s+recognition|dna\s+profile|genetic\s+profile)s?\b(?:\s+(?:file|id|no"
        rf"|scan|template|record|hash|image|sample))?\.?{_NO}*{_THE_ID}",
    ),
    (
        "photograph",
        r"(?<![\w-])[\w-]{0,60}?(?:photo|face|headshot|selfie|portrait|patient|pt)[\w-]{0,60}\.(?:jpe?g|png|heic|tiff?|bmp|gif)\b",
    ),
    (
        "photograph",
        r"\b(?:photo(?:graph)?s?|pictures?|headshots?|images?|videos?)\s+of\s+(?:the\s+|our\s+|an?\s+|this\s+)?"
        r"(?:patient|pt|child|boy|girl|baby|woman|man)\b(?!\s+(?:care|flow|room|waiting|portal|area))",
    ),
    ("other identifying number", _named(r"icn|dcn|tcn|rx")),
    (
        "other identifying number",
        r"\b(?:claims?|encounter|visit|accession|specimen|prescription|referral|authorization|auth"
        r"|pre-?cert(?:ification)?|case|study\s+subject|subject|trial|admission|confirmation"
        r"|ticket|patient\s+control|control|donor|biopsy|order|barcode|wristband)\b"
        rf"(?:{_NO}{_LATER}{_NEXT}|\s*[:\#]\s*)(?=[A-Z0-9.\-/]{{0,30}}\d[A-Z0-9.\-/]{{0,30}}\d)"
        r"[A-Z0-9][A-Z0-9.\-/]{3,40}",
    ),
)
LABELLED = tuple((kind, re.compile(f"(?i){pattern}")) for kind, pattern in _LABELLED)
# "the record number of visits was 12400" counts; "serial number of the pacemaker" identifies.
_COUNTED = re.compile(r"(?i)\b(?:no|number|numbers)\s+of\s+(?!the\s|this\s|our\s|a\s|her\s|his\s)")

# "our agreement is 99 years old"
_THING_IS = re.compile(
    r"(?i)\b(?:agreement|contract|building|practice|clinic|hospital|lease|company|plan|office|firm|school|rule|it)\s+"
    r"(?:is|was|turned|turns|are)\s+(?:now\s+|over\s+|almost\s+)?$"
)

_TOWN = rf"(?!Dr\b|Mr|Ms|Medicare|Medicaid|\w+day\b|(?i:{_MONTH})(?:\s|$))[A-Z][a-z]+(?:\s+[A-Z][a-z]+)*"
_IN_TOWN = rf"[^.;]{{0,20}}?\b(?:in|near|of)\s+{_TOWN}"
_SOMEBODY = r"(?:patient|pt|man|woman|boy|girl|child|member|lady|widow)"
_DWELLS = (
    r"(?:home)?town|village|lives?|living|lived|resid(?:es|ing|ed)|home|house|apartment|moved|resident|native|from"
)
_PAST = r"was|has|had|needs|came|lost|died|fell|broke|[a-z]+ed"

# What counts only when the words around it speak of one patient; the words of an event make a date a patient's date.
_TIED: tuple[tuple[str, str], ...] = (
    ("e-mail address", rf"(?i){_EMAIL}"),
    ("fax number", rf"(?i)\bfax\w*\b[^.\d]{{0,20}}{_PHONE}"),
    ("telephone number", _PHONE),
    ("street address", _STREET),
    ("ZIP code", r"(?i)\bzip(?:\s*code)?\W{0,4}(?:is\s+)?\d{5}(?:-\d{4})?"),
    ("web address", r"(?i)\b(?:https?://|www\.)\S+"),
    ("internet address", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    ("licence number", rf"(?i)\blicen[sc]e{_NO}{_THE_ID}"),
    ("place", rf"\b(?:{_DWELLS})\s+(?:is\s+)?(?:in|at|to|of|on|near|from)?\s*{_TOWN}"),
    ("place", rf"\b(?i:our|one|this|that|his|her|the)\s+(?:[a-z-]+\s+){{0,2}}{_SOMEBODY}\b{_IN_TOWN}"),
    ("place", rf"\b(?i:one\s+of\s+(?:our|your))\s+(?:[a-z]+\s+)?(?:patients|members)\b{_IN_TOWN}"),
    ("place", rf"\b[Aa]n?\s+(?:\w+\s+)?{_SOMEBODY}\b{_IN_TOWN}\b(?=.*\b(?:{_PAST})\b)"),
    ("photograph", r"(?i)\b(?:photo(?:graph)?s?|picture|headshot|image|snapshot|video)\s+(?:of|showing|with)\b"),
    (
        "biometric record",
        r"(?i)\b(?:finger\s?-?print|thumb\s?-?print|palm\s?-?print|voice\s?-?print|iris|retina(?:l)?"
        r"\s+(?:scan|image)|face\s?-?print)s?\b",
    ),
)
TIED = tuple((kind, re.compile(pattern)) for kind, pattern in _TIED)
_EVENT = re.compile(
    r"(?i)\b(?:admi(?:tted|ssion)|discharge\w*|seen|saw|came|visit(?:ed)?|present(?:ed|ing)|surgery|operat(?:ed|ion)"
    r"|died|death|passed\s+away|diagnos\w+|deliver(?:ed|y)|hospital\w*|treated|procedure|biopsy|scan|mri|x-?ray|labs?"
    r"|appointment|follow-?up|transfer\w*|fell|stroke|er|ed|emergency|injur\w+|exam\w*|vaccin\w+|started|referred|dob"
    r"|born|refill\w*|onset|dos|service|missed|scheduled|infusion|injection|colonoscopy|chemo\w*|dialysis|test\w*"
    r"|underwent|called|checked\s+in)\b"
)
_DATE = re.compile(rf"(?i)(?<![\w/.-]){DATE}(?![\w/])")


def labelled(segment: str) -> Iterator[Hit]:
    """Identifiers that say themselves what they are. All but photographs hold a digit."""
    digits = any(c.isdigit() for c in segment)
    for kind, pattern in LABELLED:
        if not digits and kind != "photograph":
            continue
        for match in pattern.finditer(segment):
            if not _COUNTED.search(match.group()) and not _THING_IS.search(segment[: match.start()]):
                yield match.start(), match.end(), kind


def tied(segment: str, *, certain: bool) -> Iterator[Hit]:
    """Identifiers that count because `segment` speaks of one patient; `certain` when a name or number was found."""
    for kind, pattern in TIED:
        for match in pattern.finditer(segment):
            yield match.start(), match.end(), kind
    if certain or _EVENT.search(segment):
        for match in _DATE.finditer(segment):
            yield match.start(), match.end(), "date"
