"""The names of conditions: how practices write them, and what their abbreviations mean.

Only abbreviations with one meaning in a practice are written out; others keep the letters the user wrote.
"""

import re

from workflows.interview.reading.tidy import tidy

FULL = {
    "htn": "hypertension",
    "t2dm": "type 2 diabetes",
    "t1dm": "type 1 diabetes",
    "t2d": "type 2 diabetes",
    "t1d": "type 1 diabetes",
    "dm2": "type 2 diabetes",
    "dm": "diabetes",
    "dm1": "type 1 diabetes",
    "hf": "heart failure",
    "chf": "heart failure",
    "cad": "coronary artery disease",
    "afib": "atrial fibrillation",
    "a-fib": "atrial fibrillation",
    "gerd": "acid reflux (GERD)",
    "oa": "osteoarthritis",
    "aks": "actinic keratosis",
    "ak": "actinic keratosis",
    "mdd": "major depressive disorder",
    "gad": "generalized anxiety disorder",
    "oud": "opioid use disorder",
    "aud": "alcohol use disorder",
    "sud": "substance use disorder",
    "ckd": "chronic kidney disease",
    "bph": "benign prostatic hyperplasia",
    "ibs": "irritable bowel syndrome",
    "ibd": "inflammatory bowel disease",
    "osa": "obstructive sleep apnea",
    "lbp": "low back pain",
    "lipids": "high cholesterol",
    "hld": "high cholesterol",
    "hyperlipidemia": "hyperlipidemia",
    "anx/dep": "anxiety and depression",
    "dep/anx": "depression and anxiety",
    "uti": "urinary tract infection",
    "utis": "urinary tract infections",
    "bcc": "basal cell carcinoma",
    "scc": "squamous cell carcinoma",
    "uc": "ulcerative colitis",
    "esrd": "end-stage kidney disease",
    "als": "ALS",
    "ra": "rheumatoid arthritis",
    "sle": "lupus",
    "amd": "macular degeneration",
    "wet amd": "wet macular degeneration",
    "pcos": "polycystic ovary syndrome",
    "ptsd": "PTSD",
    "ocd": "OCD",
    "mci": "mild cognitive impairment",
    "tbi": "traumatic brain injury",
    "cp": "cerebral palsy",
    "rtc": "rotator cuff",
    "cts": "carpal tunnel syndrome",
    "fx": "fracture",
    "aom": "ear infections",
    "uri": "upper respiratory infections",
    "gdm": "gestational diabetes",
    "nafld": "fatty liver disease",
    "mash": "fatty liver disease",
    "hep c": "hepatitis C",
    "psa": "psoriatic arthritis",
}

_NAMES = (
    r"anx/dep|dep/anx|type\s?[12]\s+diabetes|(?:pre)?diabet(?:es|ics?)|hypertension|htn|high\s+blood\s+pressure|"
    r"hyperlipid\w*|lipids|hld|high\s+cholesterol|copd|asthma|heart\s+failure|chf|hf|cad|"
    r"coronary\s+(?:artery\s+)?disease|a-?fib|atrial\s+fib\w*|valve\s+(?:disease|follow\s?-?up)|t[12]dm?s?|dm[12]?|"
    r"(?:generalized\s+)?anxiety|(?:teen\s+)?depression|(?:teen\s+)?anxiety|mdd|gad|bipolar|adhd|oud|aud|sud|ptsd|"
    r"ocd|schizophrenia|autism|substance\s+use|opioid\s+use\s+disorder|obesity|thyroid(?:\s+\w+)?(?:/cancer)?|"
    r"hypothyroid\w*|osteoporosis|pcos|pituitary|ckd|esrd|kidney\s+disease|kidney\s+stones|stones|"
    r"skin\s+cancers?|melanoma|bcc|scc|aks?|actinic\s+keratos\w+|psoriasis|acne|eczema|rosacea|warts|"
    r"atopic\s+dermatitis|(?:knee|hip|hand)\s+(?:oa|osteoarthritis|arthritis)|osteoarthritis|oa|rotator\s+cuff\w*|"
    r"meniscus\w*|acl(?:\s+tears?)?|carpal\s+tunnel|distal\s+radius\s+f(?:x|ractures?)|fractures?|"
    r"(?:low\s+)?back\s+pain|low\s+back|lbp|sciatica|spinal\s+stenosis|sprains?|tendon\w*|"
    r"ear\s+infections?|otitis(?:\s+media)?|sinusitis|tonsil\w*|hearing\s+loss|allerg(?:y|ies|ic\s+rhinitis)|"
    r"well[- ]?child(?:\s+(?:stuff|care|visits))?|strep|bronchiolitis|rsv|gerd|reflux|ibs|ibd|crohn'?s?|"
    r"(?:ulcerative\s+)?colitis|hep(?:atitis)?\s?[bc]|cirrhosis|celiac|colon\s+polyps|polyps|barrett'?s|"
    r"fatty\s+liver|diverticul\w+|"
    r"rheumatoid(?:\s+arthritis)?|ra|lupus|sle|gout|psoriatic\s+arthritis|ankylosing\s+spondylitis|fibromyalgia|"
    r"vasculitis|migraines?|headaches?|epilepsy|seizures?|parkinson'?s?|multiple\s+sclerosis|ms|stroke|dementia|"
    r"alzheimer'?s|neuropathy|bph|prostate\s+cancer|incontinence|utis?|overactive\s+bladder|erectile\s+dysfunction|"
    r"sleep\s+apnea|osa|pneumonia|ild|lung\s+nodules?|cataracts?|glaucoma|macular\s+degeneration|(?:wet\s+)?amd|"
    r"diabetic\s+(?:retinopathy|foot(?:\s+ulcers?)?)|dry\s+eye|endometriosis|fibroids|menopause|pregnancy|"
    r"prenatal(?:\s+care)?|high[- ]risk\s+pregnanc\w+|contraception|abnormal\s+(?:pap|bleeding)\w*|anemia|lymphoma|"
    r"breast\s+cancer|lung\s+cancer|colon\s+cancer|"
    r"wounds?|foot\s+ulcers?|plantar\s+fasciitis|bunions?|ingrown\s+toenails?|hammertoes?|hernias?|gallbladder|"
    r"gallstones|hemorrhoids|varicose\s+veins|pad|peripheral\s+artery\s+disease|chronic\s+pain|neck\s+pain|"
    r"shoulder(?:\s+pain)?|knee\s+pain|hip\s+pain|knees|shoulders|hips|tkr|tka|balance|falls|vertigo|tinnitus|"
    r"nosebleeds|deviated\s+septum|colds|flu|urgent\s+care"
)

CONDITION = re.compile(
    rf"(?i)(?<![\w-])(?P<c>{_NAMES})(?![\w])(?!\s+(?:screen\w*|nurse|action\s+plans?|clinic|medication\s+ratio|"
    rf"control\b))"
)


def full_name(words: str) -> str:
    low = re.sub(r"\s+", " ", words.strip().lower())
    if low in FULL:
        return FULL[low]
    low_single = low[:-1] if low.endswith("s") and low[:-1] in FULL else low
    if low_single in FULL:
        return FULL[low_single]
    text = re.sub(r"(?i)\boa\b", "osteoarthritis", re.sub(r"(?i)\bfx\b", "fracture", words.strip()))
    return re.sub(r"(?i)well[- ]?child stuff", "well-child care", tidy(text))
