"""How much an answer depends on its thresholds: who enters and leaves when they move by a tenth."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from finder.capacity.certainty import DrawnFlags, DrawnRule, gather_rules, judge_draws, judge_rule
from finder.capacity.definitions import Criterion
from finder.capacity.underserved import AGREEMENT_AT_LEAST, AGREEMENT_KEY
from finder.errors import ThresholdError

STEP: Final = 0.10
ALL_KEY: Final = "all"


def mean_stability(
    table: pd.DataFrame,
    draws: Mapping[str, pd.DataFrame],
    definitions: Sequence[Criterion],
    *,
    step: float = STEP,
    at_least: int = AGREEMENT_AT_LEAST,
) -> pd.DataFrame:
    """Move each threshold by ``step`` of itself, stricter and looser, and count who changes: the mean over the draws.

    The central figures are smoothed, so few of them lie near a threshold: what enters and leaves must be counted in the
    draws.

    Parameters
    ----------
    table, draws, definitions
        As for :func:`finder.capacity.certainty.judge_draws`.
    step
        Share of the threshold, between 0 and 1 exclusive.
    at_least
        Definitions that must hold for the agreement.

    Returns
    -------
    DataFrame
        Indexed by (``definition``, ``moved_pct``), stricter (negative) before looser: ``holds_count`` after the move,
        ``enter_count``, ``leave_count``, ``unknown_count``, and ``agreement_enter_count``,
        ``agreement_leave_count`` of the agreement when this definition alone moves. The last two rows, ``all``, move
        every definition together; their own counts are those of the agreement. Only rows that are known before and
        after are counted as entering or leaving.

    Raises
    ------
    ThresholdError
        If ``step`` is out of range, or moves a threshold out of its own.
    MeasureError
        As :func:`finder.capacity.certainty.judge_draws`.
    """
    if not 0 < step < 1:
        raise ThresholdError(f"Thresholds cannot be moved by {step} of themselves: give a share between 0 and 1.")
    now = judge_draws(table, draws, definitions, at_least=at_least)
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for by in (-step, step):
        moved = [judge_rule(table, draws, rule.loosened(by)) for rule in definitions]
        for place, after in enumerate(moved):
            alone = gather_rules([*now.rules[:place], after, *now.rules[place + 1 :]], at_least=at_least)
            rows[(after.key, round(100 * by))] = _changes(now.rules[place], after) | _agreement_changes(now, alone)
        together = gather_rules(moved, at_least=at_least)
        changes = _changes(now.agreement, together.agreement)
        rows[(ALL_KEY, round(100 * by))] = changes | _agreement_changes(now, together)
    order = [(key, round(100 * by)) for key in [*(rule.key for rule in definitions), ALL_KEY] for by in (-step, step)]
    return pd.DataFrame.from_dict({key: rows[key] for key in order}, orient="index").rename_axis(
        ["definition", "moved_pct"]
    )


def _changes(before: DrawnRule, after: DrawnRule) -> dict[str, float]:
    counts = {
        "holds_count": after.holds,
        "enter_count": after.holds & before.is_known & ~before.holds,
        "leave_count": before.holds & after.is_known & ~after.holds,
        "unknown_count": ~after.is_known,
    }
    return {name: float(rows.sum(axis=0).mean()) for name, rows in counts.items()}


def _agreement_changes(before: DrawnFlags, after: DrawnFlags) -> dict[str, float]:
    changes = _changes(before.agreement, after.agreement)
    return {f"{AGREEMENT_KEY}_{name}": changes[name] for name in ("enter_count", "leave_count")}
