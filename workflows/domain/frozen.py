"""The one configuration every noun shares: immutable, no unknown fields, checked when made."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: made once, compared by content, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
