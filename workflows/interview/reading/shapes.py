"""The shapes of names and numbers that identify: states, people, titles, organisations, telephones."""

import re
from functools import cache

STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "DC": "District of Columbia",
    "PR": "Puerto Rico",
}
_STATE = "|".join([*sorted(STATES.values(), key=len, reverse=True), *STATES])
_CITY = r"(?:(?:St|Ft|Mt)\.?\s)?[A-Z][A-Za-z'.-]+(?:\s(?:[A-Z][A-Za-z'.-]+|of|du|la|del)){0,3}"
PLACE = re.compile(
    rf"(?P<city>{_CITY}),?\s+(?:\(?(?P<county1>[A-Z][A-Za-z.' -]{{2,24}}?)\s+(?:County|Cty|Co)\.?\)?,?\s+)?"
    rf"(?P<state>{_STATE})\b\.?,?(?:\s*\(?(?P<zip>\d{{5}})(?:-\d{{4}})?\)?)?"
)
COUNTY = re.compile(
    r"\b(?P<county>[A-Za-z][A-Za-z'.-]+(?:\s[A-Z][A-Za-z'.-]+)?)\s+"
    r"(?:(?:County|county|Cty|cty|Parish|parish)\b|Co\.(?=[,;)\s]|$))"
)
STREET_END = re.compile(
    r"(?i)\b(?:rd|road|st|street|ave|avenue|blvd|ln|lane|dr|drive|ct|court|way|hwy|pkwy|pl|trail|trl|basin|suite|"
    r"ste|floor|fl)\.?$"
)

_GIVEN = (
    r"(?!(?:It|That|There|Here|He|She|What|Who|Let)['’]s\b|(?:Call|Ask|Reach|Contact|Attn|Write)\s)"
    r"(?:Dr\.?\s+)?[A-Z][a-zA-Z'’-]+(?:\s+[A-Z]\.)?(?:\s+(?:(?:de|van|von|del|la|le|O'|Mc)\s?)?[A-Z][a-zA-Z'’-]+){1,2}"
)
PERSON = re.compile(
    rf"(?P<name>{_GIVEN})(?P<degree>,?\s+(?:MD|DO|DPM|DC|PhD|PsyD|NP|PA-C|PA|RN|MBA|FACP|FAAP|CPA|LCSW|OD|DDS|DMD|"
    rf"DNP|MHA|CPC)\b\.?)?"
)
TITLE = re.compile(
    r"(?i)\b(?:(?:sr\.?|senior|asst\.?|assistant|assoc\.?|associate|regional|network|provider|practice|office|ofc|"
    r"billing|contract(?:ing|s)?|general|payer|managing|medical|clinic|clinical|executive|chief|"
    r"vice|operations|physician|business|revenue|cycle|state|market|strategy|relations|front|desk|director|of|and|"
    r"&)\s+){0,5}"
    r"(?:manager|mgr\.?|administrator|admin\.?|director|president|owner|partner|coo|ceo|cfo|cmo|vp|officer|lead|"
    r"coordinator|negotiator|specialist|analyst|gm|executive|consultant|contracting|"
    r"supervisor|principal|founder|physician|representative|rep)\b(?:,?\s+(?:of\s+)?(?:[A-Z][a-z]+|network|"
    r"provider|operations|contracting|finance|billing|II|III|IV|management)){0,3}"
)
ORG_END = (
    r"(?:Physicians?|Pediatrics|Paediatrics|Pediatricians|Cardiology|Associates|Assoc\.?|Clinics?|Cent(?:er|re)|"
    r"Group|Dermatology|Medicine|Medical|Health(?:care)?|Orthop(?:a?edics|aedics)|"
    r"Orthopedic|Surgery|Surgical|Surgeons|Specialists|Practice|Partners|Endocrine|Endocrinology|Urology|"
    r"Gastroenterology|GI|Neurology|Psychiatry|Behavioral Health|Rheumatology|Nephrology|"
    r"Pulmonary|Pulmonology|Oncology|Hematology|ENT|Otolaryngology|Ophthalmology|Eye|Vision|Optometry|Podiatry|"
    r"Foot (?:and|&) Ankle|OB[/-]?GYN|Obstetrics|Gynecology|Women's Health(?:care)?|Family Care|Primary Care|"
    r"Care|Therapy|Rehab(?:ilitation)?|Chiropractic|Allergy|Asthma|Immunology|Pain|Spine|Sleep|Urgent Care|"
    r"Counseling|Doctors|Kids|Children's|Internists|Wellness|Dental|Audiology|Nephrologists|Midwifery)"
)
LEGAL = (
    r"(?:,?\s+(?:PLLC|P\.L\.L\.C\.?|LLC|L\.L\.C\.?|PLC|P\.?C\b\.?|P\.?A\b\.?|LLP|Inc\.?|SC|S\.C\.|PSC|Ltd\.?|"
    r"P\.?S\b\.?|MDs?|APC|APMC))"
)
ORGANISATION = re.compile(
    rf"(?P<org>(?:(?:The\s+)?[A-Z][A-Za-z'’.-]*\s+)(?:(?:[A-Z][A-Za-z'’.-]*|&|and|of|for|the|"
    rf"at)\s+){{0,6}}?{ORG_END}(?:\s+(?:(?:&|and|of)\s+)?(?:[A-Z][a-z]+\s+)?{ORG_END}){{0,3}}(?:\s+(?:of|"
    rf"at)\s+(?:the\s+)?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?{LEGAL}?)"
)
PAYER_END = (
    r"(?:Health\s?(?:Plans?|Care|Partners|Insurance|Net|Choice|Alliance|Benefits|Options|Advantage)?|Healthcare|"
    r"Insurance|Mutual(?:\sHealth(?:\sPlan)?)?|Plans?|HMO|PPO|Blue(?:\s(?:Cross|Shield))?|Shield|Cross|Choice|Care|"
    r"Assurance|Benefits?|"
    r"Alliance|Life|Network|United|Advantage|Healthplan|Cooperative|Co-op|Administrators|Group)"
)
BRANDS = (
    "aetna|cigna|united\\s?health\\s?care|uhc|united|optum|humana|anthem|bcbs(?:\\s?of\\s?[a-z]+|[a-z]{2})?|"
    "blue\\s?cross(?:\\s?(?:and|&)?\\s?blue\\s?shield)?(?:\\sof\\s[a-z]+)?|blue\\s?shield|"
    "highmark|carefirst|centene|ambetter|molina|wellcare|kaiser|tricare|medicaid|oscar|bright\\shealth|premera|"
    "regence|florida\\sblue|horizon|independence\\sblue|medica|health\\s?partners|priority\\shealth|"
    "geisinger|upmc|multiplan|first\\shealth|coventry|emblem|harvard\\spilgrim|tufts|fallon|point32|wellpoint|"
    "elevance|caresource|buckeye|medical\\smutual|medmutual|health\\s?net|beacon|carelon|magellan|evernorth|"
    "payer\\s[a-e]\\b"
)
BRAND = re.compile(rf"(?i)\b(?:{BRANDS})\b")
EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}\b"
)
PHONE = re.compile(
    r"(?<![\w.\d])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}(?!\d)(?:\s?,?\s?(?:x|ext\.?|"
    r"extension)\s?(?P<ext>\d{1,6}))?",
    re.I,
)
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
SPOKEN_PHONE = re.compile(
    rf"(?i)\b(?P<a>(?:{_DIGIT})[ -](?:{_DIGIT})[ -](?:{_DIGIT}))[ ,.-]+(?P<b>\d{{3}}[ .-]\d{{4}})(?!\d)"
)
DIGITS = {
    w: str(i) for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
} | {"oh": "0"}


@cache
def same_name(a: str, b: str) -> bool:
    """Whether two names mean one: equal, one the beginning of the other, or an acronym of it."""
    a, b = (re.sub(r"['’]s\b", "", x.lower()) for x in (a, b))  # "Bitterroot's" is Bitterroot
    a, b = (re.sub(r"[^a-z0-9 ]", "", re.sub(r"[-/]", " ", x)).strip() for x in (a, b))
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    initials = "".join(w[0] for w in long.split())
    return f"{long} ".startswith(f"{short} ") or (len(short) > 1 and short.replace(" ", "") == initials[: len(short)])
