"""The front desk: one method for each thing a user can do, and the only place that wires verbs, shelves and adapters."""

from workflows.casework.derive import Derived
from workflows.casework.desk import Desk

__all__ = ["Derived", "Desk"]
