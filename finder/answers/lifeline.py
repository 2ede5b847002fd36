"""The guide of the life line: which kinds of service a stage has, what each is, and whom to call."""

from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from finder.errors import UnknownKindError
from finder.sources.lifeline import LifeLine, load_lifeline
from finder.tables import LIFELINE_LANGUAGES, STAGES

METHOD_VERSION: Final = "life line 1"


class Guide:
    """What the life line says, by stage, kind and language; nothing in it ever changes after it was read.

    Parameters
    ----------
    lifeline
        The tables.
    """

    def __init__(self, lifeline: LifeLine) -> None:
        self.tables = lifeline
        self._kinds = lifeline.kinds.sort_values("sort")
        self._special = self._kinds["is_special_situation"].astype(bool)

    def kinds(self, stage: str) -> tuple[str, ...]:
        """Return the kinds that a family may meet in ``stage``, in the order to show them; no special situations.

        Raises
        ------
        UnknownKindError
            If there is no such stage.
        """
        return self._of_stage(stage, self._kinds[~self._special])

    def special_kinds(self, stage: str) -> tuple[str, ...]:
        """Return the kinds of ``stage`` for special situations, in the order to show them. Raises as :meth:`kinds`."""
        return self._of_stage(stage, self._kinds[self._special])

    def about(self, kind: str) -> "pd.Series[Any]":
        """Return the row of ``kind``: stages, community, area, cost class, ages in months, links, source.

        Raises
        ------
        UnknownKindError
            If the life line does not tell that kind.
        """
        if kind not in self._kinds.index:
            raise UnknownKindError(
                f"The life line does not tell {kind!r}: choose one of {', '.join(self._kinds.index)}."
            )
        return cast("pd.Series[Any]", self._kinds.loc[kind])

    def name(self, kind: str, language: str) -> str:
        """Return the name of one service of ``kind``. Raises as :meth:`texts`."""
        return self.texts(kind, language)["name"]

    def names(self, kind: str, language: str) -> str:
        """Return the name of several services of ``kind``, for headings. Raises as :meth:`texts`."""
        return self.texts(kind, language)["names"]

    def texts(self, kind: str, language: str) -> dict[str, str]:
        """Return the texts of ``kind`` in ``language``, by field, in the order of a card.

        The fields ``languages`` and ``know`` are there only where something is known.

        Raises
        ------
        UnknownKindError
            If the life line does not tell that kind.
        ValueError
            If it does not speak that language.
        """
        self.about(kind)
        if language not in LIFELINE_LANGUAGES:
            raise ValueError(f"Unknown language {language!r}: choose one of {', '.join(LIFELINE_LANGUAGES)}.")
        rows = self._texts_of[kind]
        return dict(zip(rows["field"], rows[language], strict=True))

    def contacts(self, kind: str) -> pd.DataFrame:
        """Return the contacts of ``kind``, in the order of the file; index ``contact_id``, possibly none.

        Raises
        ------
        UnknownKindError
            If the life line does not tell that kind.
        """
        self.about(kind)
        rows = self.tables.contacts
        return rows[rows["kind"] == kind]

    @cached_property
    def emergency_lines(self) -> pd.DataFrame:
        """The lines to call at once, 112 first; index ``contact_id``."""
        rows = self.tables.contacts
        return rows[rows["emergency"].astype(bool)]

    def source(self, source_id: str) -> "pd.Series[Any]":
        """Return title, publisher, date and address of a source named in the tables."""
        return cast("pd.Series[Any]", self.tables.sources.loc[source_id])

    @cached_property
    def _texts_of(self) -> dict[str, pd.DataFrame]:
        return {str(kind): rows for kind, rows in self.tables.texts.reset_index().groupby("kind")}

    def _of_stage(self, stage: str, kinds: pd.DataFrame) -> tuple[str, ...]:
        if stage not in STAGES:
            raise UnknownKindError(f"Unknown stage {stage!r}: choose one of {', '.join(STAGES)}.")
        inside = [stage in stages.split(";") for stages in kinds["stages"]]
        return tuple(kinds.index[inside])


@cache
def load_guide(data_dir: Path | None = None) -> Guide:
    """Return the guide of a data folder, read once and kept.

    Parameters
    ----------
    data_dir
        Default :func:`finder.settings.data_dir`.

    Raises
    ------
    DatasetNotFoundError, SchemaError
        As :func:`finder.sources.lifeline.load_lifeline`.
    """
    return Guide(load_lifeline(data_dir))
