"""Every error Finder raises on purpose.

The root is :class:`FinderError`; each leaf also derives from the builtin a caller would expect, so that
``except ValueError`` and ``except FinderError`` both work. A message says what is wrong, where, which first
ids, and what to do.
"""

from collections.abc import Sequence

FIRST_IDS_COUNT = 5


class FinderError(Exception):
    """Root of all errors raised on purpose by Finder."""


class SchemaError(FinderError, ValueError):
    """A table does not have the columns, types, ranges or CRS its schema asks for."""


class CrsError(SchemaError):
    """A geometry is in another coordinate system than the one asked for, or in none."""


class DatasetNotFoundError(FinderError, LookupError):
    """A dataset of the catalogue is not where it should be."""


class CatalogError(FinderError, ValueError):
    """The catalogue and the files it lists disagree."""


class SourceFileError(FinderError, ValueError):
    """A source file is missing, broken, truncated or of another format than announced."""


class NetworkError(FinderError, ValueError):
    """A road network is empty, inconsistent, or has no way open to the mode asked for."""


class UnknownModeError(FinderError, ValueError):
    """A travel mode that Finder does not offer."""


class SessionError(FinderError, ValueError):
    """A session of a service, or a recurrence rule, contradicts itself or says more than we can keep."""


class UnknownKindError(FinderError, ValueError):
    """A kind of service that Finder does not know."""


class PlaceNotFoundError(FinderError, LookupError):
    """A typed place is not in the gazetteer, or lies outside Wallonia and Brussels."""


class AmbiguousPlaceError(FinderError, LookupError):
    """A typed place has several equally good answers; the caller must choose."""


class MeasureError(FinderError, ValueError):
    """A measure was asked of values it is not defined for: negative, missing, not numbers, or ids that do not match."""


class IncompleteSupplyError(FinderError, ValueError):
    """A figure per commune was asked for a kind whose list is known to be incomplete."""


class ApportionError(FinderError, ValueError):
    """Counts cannot follow their weights within their limits and add up to the total asked for."""


class NoSiteError(FinderError, ValueError):
    """A commune has no site where a modelled service could stand."""


class ThresholdError(FinderError, ValueError):
    """A threshold, or a number of a decay, is 0, negative or not a number, or lies beyond what a table holds."""


class AmountError(FinderError, ValueError):
    """Demand or capacity has ids that do not match, or values that are no amounts."""


class DocumentError(FinderError, ValueError):
    """A document or a drawing was asked for with parts that do not fit together."""


class InfeasibleTotalError(FinderError, ValueError):
    """Estimates cannot be raked to a published total."""


class CoverageInputError(FinderError, ValueError):
    """Places or children of a coverage rate are negative, missing, text, doubled or of other areas."""


class EvidenceError(FinderError, ValueError):
    """Published values given to a model are not of the form it needs."""


class LocationError(FinderError, ValueError):
    """A location problem's tables do not fit, or a model was asked for what it does not do."""


class MobileError(FinderError, ValueError):
    """A plan of mobile consultations cannot be made, read or kept as asked."""


class SeriesError(FinderError, ValueError):
    """A series of population has holes, doubles or negative counts, or is not the one a model was fitted on."""


class DocumentBodyError(FinderError, ValueError):
    """A document to be stored is not plain JSON, is too large, or has a name or kind that cannot be kept."""


class StoredDocumentNotFoundError(FinderError, LookupError):
    """The store has no such document or revision, or it was deleted."""


class DocumentConflictError(FinderError, RuntimeError):
    """A stored document was changed by someone else since it was read."""


class StoreUnavailableError(FinderError, OSError):
    """The store of documents cannot be opened, reached, or written to now."""


class StoreFormatError(FinderError, ValueError):
    """The store of documents is damaged, of another program, or of a newer version; nothing was changed."""


class AllocationError(FinderError, ValueError):
    """Places cannot be allocated as asked: amounts that are none, ids that do not match, or no way to meet a target."""


class ScenarioError(FinderError, ValueError):
    """A scenario cannot be used; its leaves say why, and name the action."""


class ScenarioFormatError(ScenarioError):
    """A scenario's text is no JSON of the scenario schema."""


class ScenarioSizeError(ScenarioError):
    """A scenario has too many actions, or its text is too long."""


class ScenarioVersionError(ScenarioError):
    """A scenario was made with other data than those at hand."""


class ContradictionError(ScenarioError):
    """Two actions of a scenario, or an action and the network, contradict each other."""


class UnknownSiteError(ScenarioError, LookupError):
    """An action names a site that is not in the network."""


class SiteSizeError(ScenarioError):
    """An action gives a size that is negative, missing, too large or of another kind."""


class SitePlaceError(ScenarioError):
    """An action puts a site outside Wallonia and Brussels, or where no road is near."""


class TimelineError(FinderError, ValueError):
    """Steps of the life line, a due date or a date of birth that no calendar can be made of."""


class RuleError(FinderError, LookupError):
    """A rule of the life line that an answer rests on is missing, or bears no number."""


def first_ids(ids: Sequence[object]) -> str:
    """Return the first ids as text for a message, and how many more there are.

    Parameters
    ----------
    ids
        Ids of the offending rows, in file order.

    Returns
    -------
    str
        For example ``"A1, A2, A3, A4, A5 and 12 more"``.
    """
    shown = ", ".join(str(i) for i in ids[:FIRST_IDS_COUNT])
    more = len(ids) - FIRST_IDS_COUNT
    return f"{shown} and {more} more" if more > 0 else shown
