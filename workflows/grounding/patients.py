"""Is this sentence about one person in care? Then a date, a telephone or a town in it is that person's."""

import re

AGE = r"(?:\d{1,3}[\s-]*(?:y/?\.?o\.?(?!\w)|yrs?[\s-]*old|years?[\s-]*old|years?\s+of\s+age|yo[mf]?\b|[MF]\b))"

# Words of care that also belong to business talk (our diabetes registry, the manager visited us) ...
CARE_WORDS = (
    r"a1c|hba1c|allerg\w+|angina|anxiety|apnea|appointment|arthritis|asthma|blood|cancer|cardiac|caregiver|chart|chemo\w*"
    r"|chest|colonoscopy|copd|cough|covid|ct\s+scan|dementia|depress\w+|diabet\w+|dialysis|dose|e\.?r\.?|eczema|emergency"
    r"|epilep\w+|epipen|exams?|examin\w+|fever|flu|follow-?up|fracture\w*|glucose|heart|hepatitis|hip|hiv|hospice|hospital"
    r"|hypertens\w+|infection|inhaler|injur\w+|insulin|kidney|knee|labs?|leukemia|liver|lupus|lymphoma|mammogram"
    r"|medications?|meds|melanoma|migraines?|mri|nausea|newborn|nursing\s+home|opioids?|oxygen|pain|pneumonia|pregnan\w+"
    r"|prescri\w+|psoriasis|psychiatr\w+|radiation|rash|record|refill\w*|rehab|seizures?|shoulder|stroke|surger\w+"
    r"|symptoms?|test\s+results?|therapy|transplant|treated|treatment|triage\w*|tumou?r|ulcers?|ultrasound|urgent"
    r"|vaccin\w+|visit(?:s|ed)?|walked\s+in|came\s+in|was\s+seen|were\s+seen|we\s+saw|we\s+see|wound|wheez\w+|x-?ray"
    r"|degenerat\w+|retinal?|eyesight|vision\s+loss|blind(?:ness)?|deaf(?:ness)?|lungs?|spine|spinal|lumbar|cervical|brain"
    r"|bladder|prostate|breast|uter(?:us|ine)|ovar\w+|thyroid|gall\w+|hernia\w*|bowel|colon|stomach|abdom\w+|tonsil\w*"
    r"|(?:re)?admission|consciousness|unconscious|insulin\s+pump|pump|brace|funeral|died|dies|death|born|tears|alive|dying|survived|sober|croup|measles|mumps|strep|sickle\s+cell|gout|shingles|celiac|crohn's|reflux"
    r"|obes\w+|anorexi\w+|adhd|insomnia|concussion|coma|paraly\w+|ventilator|biopsied|scars?|numb(?:ness)?|swollen|swelling"
    r"|growth\s+hormone|remission|medically|ailing|frail|bedridden|hears?\s+again|walk(?:s|ing)?\s+again"
    r"|(?!basis|thesis|process|emphasis|hypothesis|diploma|sympathy|apathy|empathy|website|optometr|diagnosis\s+code)"
    r"[a-z]{3,}(?:itis|osis|emia|oma|pathy|plegia|algia|ectomy|plasty|oscopy|ostomy|otomy|iasis|rrhea|rrhage|phrenia|sclerosis|fibrosis)"
    r"|disease|disorder|syndrome|biologic|dislocat\w+|sprain\w*|burned|bleed\w*|bled|faint\w*|wheelchair|feverish"
    r"|febrile|transfus\w+|infus\w+|catheter|implant\w*|prosthe\w+|palsy|autis\w+|bipolar|addict\w*"
    r"|checkup|check-up|icu|nicu|ambulance|sepsis|biops\w+|c-section|stitches|sutur\w+"
)
# ... and words of what happens to one person.
_EVENT = (
    r"admitted|readmitted|hospitali[sz]ed|discharged\s+(?:from|home|on|after)|(?:was|been|were)\s+discharged|diagnosed|chest\s+pain|gave\s+birth"
    r"|is\s+pregnant|was\s+pregnant|miscarr\w+|broke\s+(?:her|his|an?)|passed\s+away|deceased|overdos\w+|suicid\w*"
    r"|underwent|suffered\s+(?:an?|from)|complained\s+of|amputat\w+|relapsed|intubated|vomit\w*|dizz\w+|fainted|collapsed"
    r"|came\s+(?:in\s+with|to\s+us\s+with)|had\s+an?\s+(?:stroke|seizure|heart|fall|biopsy|mri|surgery|miscarriage|fever)"
    r"|dob|mrn|anaphyla\w+|bedside|had\s+(?:surgery|chemo\w*|two\s+seizures)|homebound|stillb\w+"
)
CARE = re.compile(rf"(?i)\b(?:{CARE_WORDS}|{_EVENT})\b")
PERSONAL = re.compile(
    rf"(?i)\b(?:(?:her|his|whose)\s+(?:[\w'-]+\s+){{0,2}}?(?:{CARE_WORDS}|son|daughter|mother|father|baby|child|health|life|leg|foot"
    rf"|eyes?|back|arm|hand|skin|lungs?|doctor|care)|{_EVENT})\b"
)
# Talk of contracts outweighs words of care; talk of colleagues and staff only where no "he" or "she" stands.
BUSINESS = re.compile(
    r"(?i)\b(?:contract(?:s|ing)?|network|negotiat\w+|payer|offer(?:ed|s)?|proposal|letter|rates?|agreement|amendment"
    r"|e-?mailed|meeting"
    r"|(?<!case )(?<!care )manager|director|president|vice|representative|attorney|counsel|administrator"
    r"|executive|credentialing|reimbursement|scorecard|benchmarks?|metrics|measures|outcomes|registry|program(?:me)?s?|employer\s+group"
    r"|provider\s+relations|underwriter|broker|commission|escalator|fee\s+schedule)\b"
)
_STAFF = re.compile(
    r"(?i)\b(?:billing|biller|consultant|accountant|auditor|officer|partner|colleague|physician|surgeon|joined|hired"
    r"|recruit\w*|retire[sd]?|signed?|signs|board|supervisor|coordinator|receptionist|our\s+(?:nurse|doctor"
    r"|front\s+desk))\b"
)

# "our patient", "an elderly woman"; not "a new patient waits", "each patient", "the patient portal".
_ONE = re.compile(
    r"(?i)\b(?:the|a|an|our|one|this|that|his|her|my|another|same|certain|elderly|female|male)\s+"
    r"(?:(?!new\b|typical\b|average\b|given\b|established\b|single\b)[a-z-]+\s+){0,2}?"
    r"(?:patient|pt|inpatient|enrollee|toddler|infant|newborn|baby|teenager|teen|widow|widower|woman|man|girl|boy|lady|gentleman|child)\b"
    r"(?!\.?\s*-?\s*(?:panels?|visits?|care|portals?|satisf\w+|surveys?|experience|populations?|base|mix|volumes?|access"
    r"|safety|lines?|hotline|desk|services?|outreach|education|centered|waits?|waiting|responsib\w+|share|cost|liability"
    r"|number|count|advocate\w*|schedul\w+|records?\s+system|ratio|days?|hours|registry|recall|reminder\w*|engagement"
    r"|navigat\w+|advisory|list))"
)
# "one of our patients", "one of your members"
_ONE_OF = re.compile(r"(?i)\bone\s+of\s+(?:our|your|the|these|their)\s+(?:\w+\s+)?(?:patients|members|enrollees)\b")
# "pt seen 3/4", "Patient admitted", "the member's cell"; PT in capitals is physical therapy.
_BARE = re.compile(
    r"(?i:\b(?:patient|pt|member)'s\s+(?!responsib|share|cost))|\b[Pp]t\b(?!\.?\s+(?:services|care|visits))"
    r"|\b[Tt]he\s+member\s+(?:lives|resides|is\s+from)\b|\b(?:to|from|for|by|of|with)\s+patient(?!\s+[a-z]|\w|-)|\b[Pp]atient(?:\s*:|\s+(?:was|is|has|had|came|called|reports?|reported|admitted|seen|discharged|presented|phone|cell|email"
    r"|e-mail|fax|lives|states|stated|died|complained|address|page|file|tel|telephone|mobile|photo|picture|home|contact)\b)"
)
AGED = re.compile(rf"(?i)\b{AGE}(?!\s*(?:and|or)\s+(?:over|older|up|above|under|younger))")
_THIS_ONE = re.compile(r"(?i)^(?:our|the|this|that|my|his|her|one)\s")
_MANY = re.compile(r"(?i)\b(?:patients|members|children|adults|practice|agreement|contract|office|clinic|building)\b")
_PRONOUN = re.compile(r"(?i)\b(?:he|she|his|her|him|hers)\b")


def about_a_patient(segment: str) -> bool:
    """Whether a sentence speaks of one person in care."""
    if _ONE.search(segment) or _ONE_OF.search(segment) or _BARE.search(segment):
        return True
    if AGED.search(segment) and not (_MANY.search(segment) or BUSINESS.search(segment) or _STAFF.search(segment)):
        return True
    return bool(_PRONOUN.search(segment)) and in_care(segment)


def befell_one(segment: str) -> bool:
    """Whether a sentence speaks of one certain person in care ("our patient"), not of any ("a patient")."""
    return bool(PERSONAL.search(segment)) or any(_THIS_ONE.match(m.group()) for m in _ONE.finditer(segment))


def in_care(segment: str) -> bool:
    """Whether the words around a name speak of care and not of business; a personal event outweighs business words."""
    if PERSONAL.search(segment) or AGED.search(segment):
        return True
    if not CARE.search(segment) or BUSINESS.search(segment):
        return False
    return bool(_PRONOUN.search(segment)) or not _STAFF.search(segment)
