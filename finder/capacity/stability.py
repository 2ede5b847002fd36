"""How much an answer depends on its thresholds: who enters and leaves when they move by a tenth."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pandas as pd

from finder.capacity.certainty import drawn_tables
from finder.capacity.definitions import Criterion
from finder.capacity.underserved import AGREEMENT_AT_LEAST, AGREEMENT_KEY, agrees, evaluate
from finder.errors import ThresholdError

STEP: Final = 0.10
ALL_KEY: Final = "all"


def stability_table(
    table: pd.DataFrame,
    definitions: Sequence[Criterion],
    *,
    step: float = STEP,
    at_least: int = AGREEMENT_AT_LEAST,
) -> pd.DataFrame:
    """Move each threshold by ``step`` of itself, first stricter then looser, and count who changes.

    Parameters
    ----------
    table, definitions
        As for :func:`finder.capacity.underserved.evaluate`.
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
    """
    if not 0 < step < 1:
        raise ThresholdError(f"Thresholds cannot be moved by {step} of themselves: give a share between 0 and 1.")
    flags = evaluate(table, definitions)
    agreement = agrees(flags, at_least=at_least)
    rows: dict[tuple[str, int], dict[str, int]] = {}
    for by in (-step, step):
        moved = evaluate(table, [rule.loosened(by) for rule in definitions])
        for rule in definitions:
            alone = flags.assign(**{rule.key: moved[rule.key]})
            changes = _changes(agreement, agrees(alone, at_least=at_least))
            rows[(rule.key, round(100 * by))] = _changes(flags[rule.key], moved[rule.key]) | {
                f"{AGREEMENT_KEY}_{name}": changes[name] for name in ("enter_count", "leave_count")
            }
        changes = _changes(agreement, agrees(moved, at_least=at_least))
        rows[(ALL_KEY, round(100 * by))] = changes | {
            f"{AGREEMENT_KEY}_{name}": changes[name] for name in ("enter_count", "leave_count")
        }
    order = [(key, round(100 * by)) for key in [*(rule.key for rule in definitions), ALL_KEY] for by in (-step, step)]
    return pd.DataFrame.from_dict({key: rows[key] for key in order}, orient="index").rename_axis(
        ["definition", "moved_pct"]
    )


def mean_stability(
    table: pd.DataFrame,
    draws: Mapping[str, pd.DataFrame],
    definitions: Sequence[Criterion],
    *,
    step: float = STEP,
    at_least: int = AGREEMENT_AT_LEAST,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Return :func:`stability_table` of every draw, the mean over the draws.

    The central figures are smoothed, so few of them lie near a threshold: what enters and leaves must be counted in the
    draws.

    Parameters
    ----------
    table, draws, definitions, at_least
        As for :func:`finder.capacity.certainty.judge_draws`.
    step
        As for :func:`stability_table`.
    progress
        Told after each draw how many are done, and how many there are.

    Raises
    ------
    MeasureError
        As :func:`finder.capacity.certainty.judge_draws`.
    """
    moves: list[pd.DataFrame] = []
    count = next((frame.shape[1] for frame in draws.values()), 0)
    for drawn in drawn_tables(table, draws):
        moves.append(stability_table(drawn, definitions, step=step, at_least=at_least))
        if progress is not None:
            progress(len(moves), count)
    mean: pd.DataFrame = sum(moves[1:], moves[0]) / len(moves)
    return mean


def _changes(before: "pd.Series[bool]", after: "pd.Series[bool]") -> dict[str, int]:
    return {
        "holds_count": int(after.fillna(False).sum()),
        "enter_count": int((after & ~before).fillna(False).sum()),
        "leave_count": int((before & ~after).fillna(False).sum()),
        "unknown_count": int(after.isna().sum()),
    }
