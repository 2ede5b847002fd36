"""The build of the derived data: ordered small steps, written aside, moved into place together, catalogued.

The same source files give the same bytes. A step that fails changes nothing in the data folder.
"""

import filecmp
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd

from finder.capacity.nowcast import Counts
from finder.errors import CatalogError, DatasetNotFoundError, SourceFileError
from finder.sources import store
from finder.sources.atomic import publish, staging_folder
from finder.sources.catalog import COLUMNS, FILE_NAME, Dataset, read_catalog, write_catalog
from finder.sources.communes import build_communes
from finder.sources.demand_points import build_demand_points
from finder.sources.demography import build_births, build_figures
from finder.sources.lifeline import build_lifeline, load_contacts
from finder.sources.localities import build_localities, build_postcodes
from finder.sources.nowcast_table import build_nowcast, counts_of
from finder.sources.population import build_population
from finder.sources.population_281 import build_population_281
from finder.sources.population_series import build_population_series
from finder.sources.published import build_published

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """Where a step reads and writes.

    Parameters
    ----------
    source_dir
        Folder of the published files.
    staging
        Where this build writes.
    data_dir
        The data as they were before this build.
    """

    source_dir: Path
    staging: Path
    data_dir: Path

    def newest(self, load: Callable[[Path], T]) -> T:
        """Return what ``load`` reads from this build, or else from the data as they were.

        Raises
        ------
        DatasetNotFoundError
            If neither has it.
        """
        try:
            return load(self.staging)
        except DatasetNotFoundError:
            return load(self.data_dir)


@dataclass(frozen=True)
class BuildReport:
    """What a build made.

    Parameters
    ----------
    datasets
        Every dataset built, in the order of the steps.
    changed
        Files, relative to the data folder, whose bytes are new or differ from before.
    """

    datasets: tuple[Dataset, ...]
    changed: tuple[str, ...]


def build_data(
    source_dir: Path,
    data_dir: Path,
    *,
    steps: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BuildReport:
    """Derive the tables and shapefiles of Finder from the published files, and write the catalogue.

    Parameters
    ----------
    source_dir
        Folder of the published files, or the folder that holds it as ``data``.
    data_dir
        Folder of the derived data; made if it is missing.
    steps
        Names from :data:`STEPS` to run, in the order of :data:`STEPS` whatever the order given; default all of them.
    progress
        Called with the number of steps done and their total.

    Raises
    ------
    SourceFileError
        If a source file is missing or broken; nothing in ``data_dir`` has changed.
    CatalogError
        If a step is unknown.
    """
    chosen = _choose(steps)
    with staging_folder(data_dir) as staging:
        job = Job(find_source(source_dir), staging, data_dir)
        datasets: list[Dataset] = []
        for done, name in enumerate(chosen):
            if progress is not None:
                progress(done, len(chosen))
            made = STEPS[name](job)
            datasets += made
            for dataset in made:
                logger.info("%s: %d rows", dataset.id, dataset.rows)
        old = read_catalog(data_dir) if (data_dir / FILE_NAME).is_file() else pd.DataFrame(columns=list(COLUMNS))
        write_catalog(staging, staging / FILE_NAME, datasets, kept=old)
        changed = _changed(staging, data_dir)
        publish(staging, data_dir)
    if progress is not None:
        progress(len(chosen), len(chosen))
    return BuildReport(tuple(datasets), tuple(changed))


def find_source(folder: Path) -> Path:
    """Return the folder of the published files: ``folder``, or its ``data``.

    Raises
    ------
    SourceFileError
        If neither holds an ``admin`` folder.
    """
    for candidate in (folder, folder / "data"):
        if (candidate / "admin").is_dir():
            return candidate
    raise SourceFileError(f"No source data in {folder}: it must hold the folders admin, addresses and services.")


def _choose(steps: Sequence[str] | None) -> list[str]:
    if steps is None:
        return list(STEPS)
    unknown = [name for name in steps if name not in STEPS]
    if unknown:
        raise CatalogError(f"Unknown build steps {', '.join(unknown)}: choose from {', '.join(STEPS)}.")
    return [name for name in STEPS if name in steps]


def _changed(staging: Path, data_dir: Path) -> list[str]:
    names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
    return [
        name
        for name in names
        if not (data_dir / name).is_file() or not filecmp.cmp(staging / name, data_dir / name, shallow=False)
    ]


def _demand_points(job: Job) -> list[Dataset]:
    localities = job.newest(store.load_localities)
    figures = job.newest(store.load_commune_figures)
    return build_demand_points(job.source_dir, job.staging, localities=localities, figures=figures)


def _nowcast(job: Job) -> list[Dataset]:
    return build_nowcast(_counts(job), job.staging)


def _counts(job: Job) -> Counts:
    return counts_of(
        job.newest(store.load_population_by_age),
        job.newest(store.load_births),
        job.newest(store.load_commune_figures),
        job.newest(store.load_children_by_commune_281),
    )


def _population_series(job: Job) -> list[Dataset]:
    return build_population_series(
        job.newest(store.load_population_by_age),
        job.newest(store.load_population_region),
        job.newest(store.load_births),
        _counts(job),
        job.staging,
    )


def _backtest(job: Job) -> list[Dataset]:
    from finder.sources.forecast_tables import ForecastInputs, build_backtest

    return build_backtest(ForecastInputs.read(job.newest), job.staging)


def _services(job: Job) -> list[Dataset]:
    from finder.sources.services import build_services

    try:
        streets = store.load_streets(job.data_dir)
    except DatasetNotFoundError:
        # A build before the first network: addresses are then not located by their street.
        logger.warning("no street names yet: build the network, then the services again, to locate addresses")
        streets = None
    return build_services(
        job.source_dir,
        job.staging,
        localities=job.newest(store.load_localities),
        communes=job.newest(store.load_communes),
        postcodes=job.newest(store.load_postcodes),
        streets=streets,
        contacts=job.newest(load_contacts),
    )


def _modelled_places(job: Job) -> list[Dataset]:
    from finder.sources.modelled_places import Inputs, build_modelled_places

    inputs = Inputs(
        communes=job.newest(store.load_communes),
        figures=job.newest(store.load_commune_figures),
        population=pd.concat(
            [job.newest(store.load_population_by_age), job.newest(store.load_population_estimated)], ignore_index=True
        ),
        observations=job.newest(store.load_coverage_observations),
        published=job.newest(store.load_daycare_places),
        services=job.newest(store.load_services).reset_index(),
    )
    return build_modelled_places(job.staging, inputs)


def _modelled_sites(job: Job) -> list[Dataset]:
    from finder.sources.imports.joined import join_services, load_imported_lists, load_imported_services
    from finder.sources.modelled_sites import build_modelled_sites

    return build_modelled_sites(
        job.staging,
        communes=job.newest(store.load_communes),
        localities=job.newest(store.load_localities),
        points=job.newest(lambda folder: store.load_demand_points(data_dir=folder)),
        services=join_services(job.newest(store.load_services), load_imported_services(job.data_dir)),
        one_facts=job.newest(store.load_one_network_facts),
        places_draws=job.newest(store.load_modelled_places_draws),
        imported_lists=load_imported_lists(job.data_dir),
    )


def _scenarios(job: Job) -> list[Dataset]:
    from finder.sources.ready_scenarios import build_ready_scenarios, data_version

    return build_ready_scenarios(
        job.staging,
        services=job.newest(store.load_services),
        episodes=job.newest(store.load_service_episodes),
        region=job.newest(store.load_communes)["region"],
        version=data_version([job.staging, job.data_dir], ["maternity"]),
    )


STEPS: Final[dict[str, Callable[[Job], list[Dataset]]]] = {
    "communes": lambda job: build_communes(job.source_dir, job.staging),
    "localities": lambda job: build_localities(job.source_dir, job.staging),
    "postcodes": lambda job: build_postcodes(job.source_dir, job.staging),
    "population": lambda job: build_population(job.source_dir, job.staging),
    "population_281": lambda job: build_population_281(job.source_dir, job.staging),
    "births": lambda job: build_births(job.source_dir, job.staging),
    "figures": lambda job: build_figures(job.source_dir, job.staging),
    "population_series": _population_series,
    "nowcast": _nowcast,
    "backtest": _backtest,
    "demand_points": _demand_points,
    "published": lambda job: build_published(job.source_dir, job.staging),
    "lifeline": lambda job: build_lifeline(job.data_dir, job.staging),
    "services": _services,
    "modelled_places": _modelled_places,
    "modelled_sites": _modelled_sites,
    "scenarios": _scenarios,
}
"""The steps of the build, in their order."""
