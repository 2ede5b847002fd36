"""What is wrong with a list, cell by cell."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import pandas as pd

SHOWN_LETTERS: Final = 80
COLUMNS: Final = ("row", "column", "value", "reason", "is_fatal")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a row.

    Parameters
    ----------
    row
        Row as a spreadsheet program counts it.
    column
        Column of the file, or the field where several columns or none are meant.
    value
        Its text, the first :data:`SHOWN_LETTERS` characters.
    reason
        What is wrong and what was done.
    is_fatal
        Whether the row is left out for it; else the value alone is, or was put right.
    """

    row: int
    column: str
    value: str
    reason: str
    is_fatal: bool


class Problems:
    """A list of problems that grows."""

    def __init__(self) -> None:
        self.all: list[Problem] = []
        self.fatal_rows: set[int] = set()

    def add(self, row: int, column: str, value: str, reason: str, *, fatal: bool = False) -> None:
        """Note a problem."""
        self.all.append(Problem(row, column, value[:SHOWN_LETTERS], reason, fatal))
        if fatal:
            self.fatal_rows.add(row)


def problems_frame(problems: Sequence[Problem]) -> pd.DataFrame:
    """Return the problems as a table with :data:`COLUMNS`, by row."""
    frame = pd.DataFrame([asdict(one) for one in problems], columns=list(COLUMNS))
    return frame.astype({"row": "int64", "is_fatal": "bool"}).sort_values("row", kind="stable", ignore_index=True)
