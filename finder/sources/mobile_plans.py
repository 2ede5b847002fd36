"""Published plans of mobile consultations in the store of documents: published, revoked, never lost.

A publication is a document of the kind :data:`KIND`: its first revision publishes, a later one revokes. See
``docs/mobile_plan.md``.
"""

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from finder.agenda import BRUSSELS
from finder.capacity.mobile.calendar import sessions_of
from finder.capacity.mobile.check import check_plan
from finder.capacity.mobile.plan import Plan
from finder.capacity.mobile.plan_json import plan_from_dict, plan_to_dict
from finder.errors import FinderError, MobileError
from finder.sources.documents_store import DocumentStore, Saved

KIND: Final = "mobile_plan"
CLOSED_DAYS_MAX: Final = 400
LONGEST: Final = datetime.timedelta(days=3 * 366)
"""A plan for longer is a slip of the keyboard: needs and roads change."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PublishedPlan:
    """A plan that somebody published.

    Attributes
    ----------
    id
        Of the document.
    name
        As people call it.
    plan
        The plan.
    valid_from, valid_until
        First and last day, both included.
    published_at
        UTC.
    published_by
        How the person who published wanted to be called; for planners, never shown to families.
    confirmed_fixed_network
        Whether that person confirmed that no fixed consultation serves the stops.
    closed_days
        On which no unit drives, beside public holidays.
    revoked_because
        Why it was revoked; None while it stands.
    overruled
        Stops that a later publication names too, with the name of that publication: the later one holds.
    """

    id: str
    name: str
    plan: Plan
    valid_from: datetime.date
    valid_until: datetime.date
    published_at: datetime.datetime
    published_by: str
    confirmed_fixed_network: bool
    closed_days: tuple[datetime.date, ...] = ()
    revoked_because: str | None = None
    overruled: Mapping[str, str] = field(default_factory=dict)

    @property
    def published_on(self) -> datetime.date:
        """Day of publication in Belgium."""
        return self.published_at.astimezone(BRUSSELS).date()

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the plan is valid on a day and not revoked."""
        return self.revoked_because is None and self.valid_from <= day <= self.valid_until


def publish(
    store: DocumentStore,
    plan: Plan,
    *,
    name: str,
    valid_from: datetime.date,
    valid_until: datetime.date,
    published_by: str,
    confirmed_fixed_network: bool,
    closed_days: Sequence[datetime.date] = (),
) -> Saved:
    """Publish a plan: from now on families see its stops while it is valid.

    Parameters
    ----------
    store
        Store of documents.
    plan
        Keeps every rule of :func:`finder.capacity.mobile.check.check_plan`; its drives were measured by the caller.
    name
        What people call the plan; families read it.
    valid_from, valid_until
        First and last day, both included.
    published_by
        How the person who publishes wants to be called; no account is behind it.
    confirmed_fixed_network
        The person says: I looked at the real network of fixed consultations, and the stops that rest on the modelled
        one are needed.
    closed_days
        Days without sessions beside public holidays.

    Raises
    ------
    MobileError
        If stops rest on the modelled network and nobody confirmed them, the plan breaks a rule or serves no stop, or
        its days are in the wrong order.
    DocumentBodyError
        If the name or the label cannot be kept.
    """
    _check_days(plan, valid_from, valid_until, closed_days)
    modelled = [stop for stop in plan.stops if stop.need_share is not None]
    if modelled and not confirmed_fixed_network:
        communes = sorted({stop.nis for stop in modelled})
        raise MobileError(
            f"{len(modelled)} stops in {len(communes)} communes ({', '.join(communes)}) rest on the modelled network "
            "of fixed consultations: no list says that none is near. Compare them with the real network, confirm that "
            "you did, and publish again."
        )
    findings = check_plan(plan, None).findings
    if findings:
        told = "; ".join(f"{each.rule} ({each.where}: {each.told})" for each in findings[:3])
        raise MobileError(f"The plan breaks {len(findings)} rules: {told}. Correct it before it is published.")
    body = {
        "plan": plan_to_dict(plan),
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat(),
        "closed_days": sorted({day.isoformat() for day in closed_days}),
        "published_by": published_by,
        "confirmed_fixed_network": confirmed_fixed_network,
        "revoked_because": None,
    }
    return store.save(KIND, name, body, saved_by_label=published_by)


def revoke(store: DocumentStore, document_id: str, reason: str, *, revoked_by: str | None = None) -> Saved:
    """Take a publication back: families no longer see its stops; the history keeps it with the reason.

    Raises
    ------
    MobileError
        If no reason is given, or it was revoked before.
    StoredDocumentNotFoundError
        If there is no such publication.
    """
    told = reason.strip()
    if not told or len(told) > 500:
        raise MobileError("Say in 1 to 500 characters why the plan is revoked.")
    document = store.load(document_id)
    if document.body.get("revoked_because") is not None:
        raise MobileError(f"The plan {document.name!r} was revoked before: {document.body['revoked_because']}")
    return store.save(
        KIND, document.name, {**document.body, "revoked_because": told}, document_id=document_id,
        expected_revision=document.revision, saved_by_label=revoked_by,
    )  # fmt: skip


def publications(store: DocumentStore) -> tuple[PublishedPlan, ...]:
    """Return every publication, revoked and past ones too, the latest first.

    One that cannot be read (changed outside Finder, or written by a newer one) is left out and logged: the others hold.
    """
    read = (_read(store, saved) for saved in store.list(KIND))
    found = [each for each in read if each is not None]
    return tuple(sorted(found, key=lambda each: (each.published_at, each.id), reverse=True))


def published_on(store: DocumentStore, day: datetime.date) -> tuple[PublishedPlan, ...]:
    """Return the plans that hold on a day, the latest first.

    Where two name the same stop the later publication holds; :attr:`PublishedPlan.overruled` of the other says so.
    """
    owners: dict[str, str] = {}
    found = []
    for each in publications(store):
        if each.holds_on(day):
            stops = [stop.stop_id for stop in each.plan.stops]
            found.append(replace(each, overruled={stop: owners[stop] for stop in stops if stop in owners}))
            owners |= {stop: each.name for stop in stops if stop not in owners}
    return tuple(found)


def publications_state(store: DocumentStore) -> tuple[tuple[str, int], ...]:
    """Return id and latest revision of every publication: it changes whenever one is published or revoked."""
    return tuple(sorted((saved.id, saved.revision) for saved in store.list(KIND)))


def _check_days(
    plan: Plan, valid_from: datetime.date, valid_until: datetime.date, closed_days: Sequence[datetime.date]
) -> None:
    if not plan.stops:
        raise MobileError("The plan serves no stop: there is nothing to publish.")
    if valid_until - valid_from > LONGEST:
        raise MobileError(f"The plan would hold from {valid_from} to {valid_until}: three years at most.")
    if len(set(closed_days)) > CLOSED_DAYS_MAX:
        raise MobileError(f"{len(set(closed_days))} closed days: {CLOSED_DAYS_MAX} at most.")
    for stop in plan.stops:
        sessions_of(stop, valid_from, valid_until, plan.calendar, plan.duty)


def _read(store: DocumentStore, saved: Saved) -> PublishedPlan | None:
    try:
        document = store.load(saved.id)
        return _of_body(saved, document.name, document.body)
    except (FinderError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, OSError):
            raise
        _log.warning("Published plan %s (%s) cannot be read and is left out: %s", saved.name, saved.id, error)
        return None


def _of_body(saved: Saved, name: str, body: Mapping[str, Any]) -> PublishedPlan:
    return PublishedPlan(
        id=saved.id,
        name=name,
        plan=plan_from_dict(body["plan"]),
        valid_from=datetime.date.fromisoformat(body["valid_from"]),
        valid_until=datetime.date.fromisoformat(body["valid_until"]),
        published_at=saved.created,
        published_by=str(body["published_by"]),
        confirmed_fixed_network=body["confirmed_fixed_network"] is True,
        closed_days=tuple(datetime.date.fromisoformat(day) for day in body["closed_days"]),
        revoked_because=body["revoked_because"],
    )
