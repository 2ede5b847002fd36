"""Writing that either succeeds whole or changes nothing.

A file is written to a hidden sibling and moved with :func:`os.replace`; a set of files is written to a staging folder
and moved by :func:`publish`, which puts everything back if one move fails.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TEMPORARY_PREFIX = ".finder-"
"""Files and folders that begin so are work in progress; nothing reads them."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary sibling of ``path`` to write to; it takes the place of ``path`` if the block ends well.

    Parameters
    ----------
    path
        The file to write; its folder is made if it is missing. The temporary file keeps the extension, since some
        writers choose the format by it.

    Yields
    ------
    Path
        Where to write. It is removed if the block raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _give_usual_rights(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def staging_folder(target: Path) -> Iterator[Path]:
    """Yield a new empty folder inside ``target`` (so on the same disk), removed at the end whatever happens.

    Parameters
    ----------
    target
        The folder that will receive the files; it is made if it is missing.
    """
    target.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY_PREFIX}staging-", dir=target))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(staging: Path, target: Path) -> list[Path]:
    """Move every file of ``staging`` to the same place below ``target``, all or none.

    Parameters
    ----------
    staging
        Folder made by :func:`staging_folder` for ``target``.
    target
        Folder of the published files. Files of it that have no new version stay as they are.

    Returns
    -------
    list of Path
        The moved files, relative to ``target``, sorted.

    Raises
    ------
    OSError
        If a move fails; what was moved before is put back first.
    """
    names = sorted(path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
    with staging_folder(target) as backup:
        moved: list[Path] = []
        try:
            for name in names:
                _keep_old(target / name, backup / name)
                _give_usual_rights(staging / name)
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (staging / name).replace(target / name)
                moved.append(name)
        except BaseException:
            _put_back(moved, backup, target)
            raise
    return names


def _keep_old(current: Path, copy: Path) -> None:
    if current.is_file():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(current, copy)


def _put_back(names: Sequence[Path], backup: Path, target: Path) -> None:
    for name in names:
        if (backup / name).is_file():
            (backup / name).replace(target / name)
        else:
            (target / name).unlink(missing_ok=True)


def _give_usual_rights(path: Path) -> None:
    # mkstemp makes files that only their owner may read; published files follow the process's umask instead.
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)
