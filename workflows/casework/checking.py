"""Whether what ships is sound: every shelf of knowledge/, and the vectors of the guidance beside their texts."""

from workflows.catalog import Catalog
from workflows.catalog.shelf import load_shelf
from workflows.domain.errors import KnowledgeFault


def knowledge_problems() -> tuple[str, ...]:
    """Everything that is wrong, as lines of file, line and what; empty when all is sound."""
    from workflows.adapters.passages import stale

    try:
        shelf = load_shelf(Catalog.load())
    except KnowledgeFault as fault:
        return fault.problems
    missing, idle = stale(shelf.entries)
    if missing or idle:
        todo = "run `parley check --embed`"
        return (f"guidance/vectors.npz:1: {missing} texts without a vector, {idle} vectors without a text; {todo}",)
    return ()


def embed_guidance() -> int:
    """Embed the guidance texts that have no vector yet and write the file that ships; returns how many there were.
    Raises KnowledgeFault where the shelf is not sound, Refused where the embedding is not installed as it should be."""
    from workflows.adapters.passages import ship

    return ship(load_shelf(Catalog.load()).entries)
