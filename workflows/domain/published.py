"""What a payer's published in-network file says of some codes: the spread of its professional prices.

Payers publish these files under 45 CFR 147.212, so they may be read where another practice's own rates may not. Only
sums leave the reader: no provider's name or number is kept.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workflows.domain.frozen import Frozen
from workflows.domain.medicare import Setting

Places = Callable[[str], Setting | None]  # a place-of-service number to its setting; raises ValueError where it is none


class PublishedPrice(Frozen):
    """The prices of one code in one setting (None: either) over provider groups, each group counted once a price; the
    median is the lower one of two."""

    code: str
    modifier: str
    setting: Setting | None
    lowest: Decimal
    median: Decimal
    highest: Decimal
    groups: int


class Published(Frozen):
    """A published file as read for some codes. `dated` is its own last_updated_on; `left_out` counts prices that are no
    dollars for a professional's service, by the reason."""

    name: str
    sha256: str
    entity: str
    dated: date | None
    prices: tuple[PublishedPrice, ...]
    left_out: dict[str, int]
