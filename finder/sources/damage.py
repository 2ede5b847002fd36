"""A derived file that cannot be read is told plainly, with what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finder.errors import FinderError, SourceFileError


@contextmanager
def told_if_damaged(path: Path) -> Iterator[None]:
    """Turn whatever a reader raises on a damaged file into one error that names the file and the remedy.

    Raises
    ------
    SourceFileError
        If reading ``path`` fails. Errors that Finder raises on purpose pass unchanged.
    """
    try:
        yield
    except FinderError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        # pyarrow, pandas and pyogrio each have errors of their own; all derive from these four.
        raise SourceFileError(
            f"{path} cannot be read ({type(error).__name__}): it is damaged. "
            "Put it back from the repository (git checkout), or build it again; `finder data check` compares all files."
        ) from error
