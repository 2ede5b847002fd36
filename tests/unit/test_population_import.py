"""Importing next year's people and births: files in the real layout, made from our own tables."""

import shutil
import zipfile

import pandas as pd
import pytest

from finder.errors import DatasetNotFoundError, SourceFileError
from finder.settings import data_dir
from finder.sources import catalog, store
from finder.sources.population_import import import_births, import_population, undo_import

TABLES = [
    "population_by_age.parquet", "population_region.parquet", "births.csv", "commune_figures.csv",
    "children_by_commune_281.parquet", "children_nowcast.csv",
]  # fmt: skip
LAYOUT = [
    "CD_REFNIS", "TX_DESCR_NL", "TX_DESCR_FR", "CD_DSTR_REFNIS", "TX_ADM_DSTR_DESCR_NL", "TX_ADM_DSTR_DESCR_FR",
    "CD_PROV_REFNIS", "TX_PROV_DESCR_NL", "TX_PROV_DESCR_FR", "CD_RGN_REFNIS", "TX_RGN_DESCR_NL", "TX_RGN_DESCR_FR",
    "CD_SEX", "CD_NATLTY", "TX_NATLTY_NL", "TX_NATLTY_FR", "CD_CIV_STS", "TX_CIV_STS_NL", "TX_CIV_STS_FR", "CD_AGE",
    "MS_POPULATION",
]  # fmt: skip


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    (folder / "tables").mkdir(parents=True)
    for name in TABLES:
        shutil.copyfile(data_dir() / "tables" / name, folder / "tables" / name)
    shutil.copyfile(data_dir() / "catalog.csv", folder / "catalog.csv")
    return folder


@pytest.fixture(scope="module")
def rows():
    """The people of 2020 in Statbel's layout: women and men, Belgians and others, and one Flemish commune."""
    people = store.load_population_by_age().query("year == 2020 and count > 0")
    region = people["nis"].str[:2].eq("21").map({True: "04000", False: "03000"})
    base = pd.DataFrame({"CD_REFNIS": people["nis"], "CD_RGN_REFNIS": region, "CD_AGE": people["age"].astype(str)})
    women = people["count"] // 2
    foreign = people["count"].where(people["nis"] == "21004", 0) // 10
    parts = [
        base.assign(CD_SEX=sex, CD_NATLTY=nationality, MS_POPULATION=count.astype(str))[count > 0]
        for sex, nationality, count in (
            ("F", "BEL", women - foreign), ("F", "ETR", foreign), ("M", "BEL", people["count"] - women),
        )
    ]  # fmt: skip
    flemish = pd.DataFrame([{"CD_REFNIS": "11002", "CD_RGN_REFNIS": "02000", "CD_AGE": "3", "CD_SEX": "F"}])
    frame = pd.concat([*parts, flemish.assign(CD_NATLTY="BEL", MS_POPULATION="9")])
    return frame.assign(CD_CIV_STS="1").reindex(columns=LAYOUT, fill_value="").fillna("").reset_index(drop=True)


def write(frame, folder, name="TF_SOC_POP_STRUCT_2025"):
    path = folder / f"{name}.zip"
    text = frame.to_csv(sep="|", index=False, lineterminator="\r\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{name}.txt", "\ufeff" + text)
    return path


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_year_comes_in_is_catalogued_and_can_be_undone(data, rows, tmp_path):
    before = snapshot(data)
    path = write(rows, tmp_path)
    report = import_population(path, data)
    assert (report.years, report.total) == ((2025,), 3_645_243 + 1_218_255)
    assert {"tables/children_nowcast.csv", "tables/population_estimated.parquet"} <= set(report.changed)
    assert 2025 not in set(store.load_population_series(data).query("basis == 'estimated'")["year"])
    ages = store.load_population_by_age(data).pivot_table(index=["nis", "age"], columns="year", values="count")
    assert (ages[2025] == ages[2020]).all()
    figures = store.load_commune_figures(data).query("year == 2025")
    assert set(figures["figure"]) == {
        "population", "children_0_2_5", "children_0_4", "children_0_5", "women_15_49", "women_20_44",
    }  # fmt: skip
    assert set(figures["basis"]) == {"observed"}
    women = rows[(rows["CD_REFNIS"] == "21004") & (rows["CD_SEX"] == "F") & rows["CD_AGE"].astype(int).between(15, 49)]
    found = figures[(figures["figure"] == "women_15_49") & (figures["nis"] == "21004")]["value"].item()
    assert found == women["MS_POPULATION"].astype(int).sum()
    # The nowcast now starts from the children counted in 2025.
    nowcasts = [store.load_children_nowcast(folder)["children_0_5"].sum() for folder in (None, data)]
    assert nowcasts[1] > 1.05 * nowcasts[0]
    problems = [text for text in catalog.check(data) if "missing" not in text]
    assert problems == []
    with pytest.raises(SourceFileError, match=r"people of 2025 are there already; use --replace"):
        import_population(path, data)
    assert "catalog.csv" in undo_import(data)
    assert snapshot(data) == before
    with pytest.raises(DatasetNotFoundError, match="No import to undo"):
        undo_import(data)


def broken(rows, **cells):
    frame = rows.copy()
    for column, value in cells.items():
        frame.loc[0, column] = value
    return frame


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows.drop(columns="CD_AGE"), "not of the layout TF_SOC_POP_STRUCT: it lacks CD_AGE"),
        (lambda rows: broken(rows, MS_POPULATION="-4"), "MS_POPULATION must hold whole numbers of 0 or more, found -4"),
        (lambda rows: broken(rows, CD_AGE="abc"), "CD_AGE must hold whole numbers of 0 or more, found abc"),
        (lambda rows: broken(rows, CD_AGE="300"), "ages up to 300 are no ages of people"),
        (lambda rows: broken(rows, CD_SEX="X"), "CD_SEX must be M or F, found X"),
        (lambda rows: broken(rows, CD_REFNIS="61099"), "communes 61099 are new to Finder"),
        (lambda rows: pd.concat([rows, rows.head(3)]), "listed twice in the communes 21001"),
        (lambda rows: rows[rows["CD_REFNIS"] != "92094"], "hole: the communes 92094 are missing"),
        (lambda rows: rows[rows["CD_AGE"] != "7"], "hole: nobody is aged 7"),
        (
            lambda rows: broken(rows, MS_POPULATION="90000"),
            "people in Brussels, against 1,249,597 in the count of 2024",
        ),
        (lambda rows: rows.assign(CD_YEAR=["2025", *["2024"] * (len(rows) - 1)]), "mixes the years 2024, 2025"),
        (lambda rows: rows.assign(CD_YEAR="2020"), "people of 2020 are there already"),
        (lambda rows: rows.assign(CD_YEAR="20x5"), "CD_YEAR must be a year such as 2025, found 20x5"),
        (lambda rows: rows.assign(CD_YEAR="2027"), "people of 2027 need the births up to 2026"),
        (
            lambda rows: rows[(rows["CD_REFNIS"] != "92094") | (rows["CD_AGE"] != "1")],
            "holes: nobody, where 2020 had 25 people or more .*: 92094/1",
        ),
        (
            lambda rows: rows.assign(MS_POPULATION=rows["MS_POPULATION"].mask(rows["CD_REFNIS"] == "84016", "50")),
            "the people of 84016 differ by more than 75% from those of 2020",
        ),
        (
            lambda rows: rows.replace({"CD_REFNIS": {"82039": "82003"}}),
            "hole: the communes 82005 are missing",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(data, rows, tmp_path, spoil, said):
    before = snapshot(data)
    with pytest.raises(SourceFileError, match=said):
        import_population(write(spoil(rows), tmp_path), data)
    assert snapshot(data) == before


def test_the_year_must_be_clear_and_the_file_readable(data, rows, tmp_path):
    with pytest.raises(SourceFileError, match="which year is it"):
        import_population(write(rows, tmp_path, "population"), data)
    with pytest.raises(SourceFileError, match="it says 2024, 2025"):
        import_population(write(rows, tmp_path), data, year=2024)
    garbage = tmp_path / "garbage.zip"
    garbage.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(SourceFileError, match="is not"):
        import_population(garbage, data)
    half = tmp_path / "half_2025.zip"
    half.write_bytes(write(rows, tmp_path).read_bytes()[:5_000])
    with pytest.raises(SourceFileError, match=r"half_2025\.zip is not"):
        import_population(half, data)


def test_a_published_region_total_that_disagrees_is_refused_or_told(data, rows, tmp_path):
    def report(share):
        counts = rows["MS_POPULATION"].astype(int)
        by_region = counts.groupby(rows["CD_RGN_REFNIS"]).transform("sum")
        wanted = store.load_population_region().query("year == 2021").groupby("region")["count"].sum()
        region = rows["CD_RGN_REFNIS"].map({"04000": wanted["Brussels"], "03000": wanted["Wallonia"]})
        new = (counts * (region / by_region).fillna(1) * share).round().astype(int)
        path = write(rows.assign(MS_POPULATION=new.astype(str)), tmp_path, "TF_SOC_POP_STRUCT_2021")
        return import_population(path, data, dry_run=True)

    assert all("against the region's published count" in text for text in report(0.9999).repairs)
    with pytest.raises(SourceFileError, match="in the published count of 2021"):
        report(1.01)


def births_file(tmp_path, change=lambda frame: frame):
    known = store.load_births().query("year == 2025")[["nis", "year", "births"]].assign(year=2026)
    path = tmp_path / "births.csv"
    change(known).to_csv(path, index=False)
    return path


def test_births_move_the_nowcast_on_by_a_year(data, tmp_path):
    before = snapshot(data)
    path = births_file(tmp_path)
    assert import_births(path, data, dry_run=True).changed == ()
    assert snapshot(data) == before
    report = import_births(path, data)
    assert (report.what, report.years, report.total) == ("births", (2026,), 45_756)
    assert set(store.load_children_nowcast(data)["year"]) == {2027}
    undo_import(data)
    assert snapshot(data) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.rename(columns={"births": "count"}), "must have the columns nis,year,births"),
        (lambda frame: frame.assign(births="-1"), "births must hold whole numbers"),
        (lambda frame: pd.concat([frame, frame.head(1)]), "communes 21001 are listed twice"),
        (lambda frame: frame.iloc[1:], "births of 2026 lack the communes 21001"),
        (lambda frame: frame.replace({"nis": {"21001": "82003"}}), "82003 are no codes of 2025"),
        (lambda frame: frame.assign(year=2025), "births of 2025 are there already"),
        (lambda frame: frame.assign(year=2028), "would leave a hole: births of 2026, 2027 come first"),
        (lambda frame: frame.head(0), "has no rows"),
        (lambda frame: frame.assign(births=""), "are empty in 280 communes"),
        (lambda frame: frame.assign(births="9" * 30), "births must hold whole numbers"),
        (
            lambda frame: frame.assign(births=frame["births"].mask(frame["nis"] == "84016", 999)),
            "births of 84016 in 2026",
        ),
        (
            lambda frame: frame.assign(births=frame["births"].mask(frame["nis"] == "92094", 0)),
            "births of 92094 in 2026",
        ),
        (lambda frame: frame.assign(births=frame["births"] * 2), "91,512 births in 2026 against 45,756 in 2025"),
    ],
)
def test_births_that_cannot_be_are_named(data, tmp_path, change, said):
    before = snapshot(data)
    with pytest.raises(SourceFileError, match=said):
        import_births(births_file(tmp_path, change), data)
    assert snapshot(data) == before
