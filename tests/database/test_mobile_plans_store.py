"""Published plans of mobile consultations on every kind of store."""

import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "unit"))
from mobile_cases import good_plan

from finder.sources.documents_store import open_store
from finder.sources.mobile_plans import publications, publications_state, publish, published_on, revoke

DAY = datetime.date(2027, 3, 15)


def _publish(store, name):
    return publish(
        store, good_plan(), name=name, valid_from=datetime.date(2027, 1, 1), valid_until=datetime.date(2027, 12, 31),
        published_by="Anne", confirmed_fixed_network=True, closed_days=[datetime.date(2027, 7, 1)],
    )  # fmt: skip


def test_a_plan_is_published_and_revoked_for_every_server(address):
    first, other = open_store(address), open_store(address)
    saved = _publish(first, "one")
    (found,) = published_on(other, DAY)
    assert found.plan == good_plan()
    assert (found.id, found.name, found.closed_days) == (saved.id, "one", (datetime.date(2027, 7, 1),))
    state = publications_state(other)
    revoke(other, saved.id, "no vehicle")
    assert publications_state(first) != state
    assert published_on(first, DAY) == ()
    assert [each.revoked_because for each in publications(first)] == ["no vehicle"]


def test_the_later_publication_holds(address):
    store = open_store(address)
    _publish(store, "old")
    _publish(store, "new")
    assert [(each.name, set(each.overruled.values())) for each in published_on(store, DAY)] == [
        ("new", set()),
        ("old", {"new"}),
    ]
