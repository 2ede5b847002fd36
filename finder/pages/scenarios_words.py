"""What the page Scenarios says when something is refused."""

from typing import Final

from finder.errors import (
    ContradictionError,
    DocumentBodyError,
    DocumentConflictError,
    FinderError,
    IncompleteSupplyError,
    ScenarioFormatError,
    ScenarioSizeError,
    ScenarioVersionError,
    SitePlaceError,
    SiteSizeError,
    StoredDocumentNotFoundError,
    StoreFormatError,
    StoreUnavailableError,
    UnknownSiteError,
)
from finder.words.messages import Messages

REFUSALS: Final[tuple[tuple[type[FinderError], str], ...]] = (
    (ScenarioSizeError, "scenarios.refused.too_long"),
    (ScenarioVersionError, "scenarios.refused.version"),
    (UnknownSiteError, "scenarios.refused.unknown_site"),
    (ContradictionError, "scenarios.refused.contradiction"),
    (SiteSizeError, "scenarios.refused.size"),
    (SitePlaceError, "scenarios.refused.place"),
    (ScenarioFormatError, "scenarios.refused.format"),
    (DocumentConflictError, "scenarios.refused.conflict"),
    (DocumentBodyError, "scenarios.refused.document"),
    (StoredDocumentNotFoundError, "scenarios.refused.not_found"),
    (StoreUnavailableError, "scenarios.refused.store"),
    (StoreFormatError, "scenarios.refused.store"),
    (IncompleteSupplyError, "scenarios.refused.incomplete"),
)


def refusal_text(t: Messages, error: FinderError) -> str:
    """Return why something could not be done and what to do, then the detail as Finder words it for all."""
    key = next((key for kind, key in REFUSALS if isinstance(error, kind)), "scenarios.refused.other")
    return f"{t(key)} ({str(error)[:400]})"
