"""A small made-up country: two regions, three arrondissements, twelve communes, ages 0-54."""

import numpy as np

from finder.capacity.forecast_series import AGES, PopulationSeries

YEARS = (2009, 2010, 2011, 2012, 2013, 2014, 2015, 2019, 2020)
REGION_YEARS = tuple(range(2006, 2021))


def made_up_series(seed: int = 7, *, children_per_adult: float = 0.11, fall_per_year: float = 0.0) -> PopulationSeries:
    rng = np.random.default_rng(seed)
    sizes = np.array([1500, 3000, 4500, 6000, 8000, 9500, 12000, 15000, 18000, 25000, 40000, 90000], dtype=float)
    region = np.array([0] * 9 + [1] * 3)
    arrondissement = ("25000",) * 4 + ("61000",) * 5 + ("21000",) * 3
    survival = rng.normal(1.002, 0.004, size=(len(sizes), AGES - 1))
    current = sizes[:, None] / 80 * rng.normal(1.0, 0.03, size=(len(sizes), AGES))
    all_years = {}
    for step, year in enumerate(REGION_YEARS):
        if step:
            following = np.empty_like(current)
            following[:, 1:] = current[:, :-1] * survival
            rate = children_per_adult / 1.5 * np.exp(-fall_per_year * step)
            following[:, 0] = following[:, 25:40].sum(axis=1) * rate
            current = following
        all_years[year] = np.round(rng.poisson(current)).astype(float)
    counts = np.stack([all_years[year] for year in YEARS])
    regional = np.zeros((len(REGION_YEARS), 3, 2, AGES))
    for i, year in enumerate(REGION_YEARS):
        for position in (0, 1):
            people = all_years[year][region == position].sum(axis=0)
            regional[i, position] = np.stack([people / 2, people / 2])
        regional[i, 2] = regional[i, 0] * 1.7
    population = counts.sum(axis=2) * 80 / AGES
    nis = tuple(f"{code}0{i:02d}"[:5] for i, code in enumerate(["25"] * 4 + ["61"] * 5 + ["21"] * 3))
    return PopulationSeries(nis, arrondissement, region, YEARS, counts, population, REGION_YEARS, regional)
