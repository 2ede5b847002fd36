"""A small plan of mobile consultations that keeps every rule, worked out by hand."""

from finder.capacity.mobile.duty import Depot, Duty
from finder.capacity.mobile.plan import Plan, PlannedStop, Round, Unplaced

DEPOT = Depot("libramont", "Libramont", 5.378, 49.919, 2)

# 8:30 + 20 + 10 = 9:00 at a; 10:20 + 10 + 10 = 10:40 at b; 12:00 + break 30 + 15 + 10 = 12:55 at c; 14:15 + 25 = 14:40.
STOPS = (
    PlannedStop("a", "Bras", "84075", 5.41, 49.97, "libramont", 1, 3, (0, 4), (540, 540), 30.5, 0.9),
    PlannedStop("b", "Freux", "84075", 5.44, 49.98, "libramont", 1, 3, (0,), (640,), 8.25),
    PlannedStop("c", "Recogne", "84050", 5.36, 49.91, "libramont", 1, 3, (0, 2, 4, 6), (775,) * 4, 41.0),
)
ROUNDS = (
    Round("libramont", 1, 0, 3, ("a", "b", "c"), (20, 10, 15, 25), (540, 640, 775), 880, 52.5),
    Round("libramont", 1, 2, 3, ("c",), (22, 25), (775,), 880, 30.25),
    Round("libramont", 1, 4, 3, ("a", "c"), (20, 12, 25), (540, 775), 880, 41.0),
    Round("libramont", 1, 6, 3, ("c",), (22, 25), (775,), 880, 30.25),
)
ENGINE = {
    ("libramont", "a"): 19.3,
    ("a", "b"): 9.001,
    ("b", "c"): 15.0,
    ("c", "libramont"): 24.5,
    ("libramont", "c"): 21.99,
    ("a", "c"): 11.4,
}
"""What an engine would say of the drives, not rounded."""


def good_plan(**fields) -> Plan:
    """Return the plan; ``fields`` replace some of its own."""
    left = (Unplaced("d", "Remagne", "84050", 2, 12.0, "no_room"),)
    own = {"calendar": "months", "duty": Duty(), "depots": (DEPOT,), "stops": STOPS, "rounds": ROUNDS}
    return Plan(**{**own, "unplaced": left, "question": {"mode": "car"}, **fields})
