"""May this sentence say this? The guard over every letter, at run time and in the tests.

`check_wording` weighs one new wording of a sentence, `check_draft` a whole document; `patient_detail` finds what could
identify a patient, `strip_invisible` removes characters nobody can see. All are pure functions over domain values.

The honest limit: the guard proves figures, names and quotations, not meaning. It does not see a wrong inference from
right figures, an omitted condition, a flipped meaning without a "not", or an argument beside the point. A person reads
each changed sentence beside its plain twin before a letter is approved.
"""

from workflows.grounding.characters import strip_invisible
from workflows.grounding.documents import check_draft
from workflows.grounding.fitness import unfit_to_send
from workflows.grounding.privacy import Identifier, patient_detail, refuse_patient_detail
from workflows.grounding.sending import tells_private
from workflows.grounding.sentences import CHECKS, check_wording

__all__ = [
    "CHECKS",
    "Identifier",
    "check_draft",
    "check_wording",
    "patient_detail",
    "refuse_patient_detail",
    "strip_invisible",
    "tells_private",
    "unfit_to_send",
]
