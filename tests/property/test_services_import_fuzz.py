"""Whatever bytes a list has: a table or one named error, never a crash, and every row is accounted for."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finder.errors import FinderError
from finder.sources.imports.known import load_known
from finder.sources.imports.layouts import FIELDS
from finder.sources.imports.mapping import guess_mapping, read_mapping
from finder.sources.imports.prepare import prepare
from finder.sources.imports.reading import read_table

HEADERS = (
    "nom", "type", "adresse", "rue", "numero", "code postal", "commune", "nis", "longitude", "latitude", "geo_point_2d",
    "places", "subventionné", "tarif", "langue", "horaire", "telephone", "url", "status", "mise à jour", "id", "", "x!",
)  # fmt: skip
NASTY = (
    "", " ", "\x00", "=1+1", "@SUM(A1)", "<script>", "\u202eevil", "٣", "1e999", "-0", "NaN", "4,3", "50.8", "5000",
    "B-5000", "Mons", "Namur", "Rue de Fer 12", "Rue de Fer 12, 5000 Namur",
    "Bruxelles", "Crèche", "21004", "148911", "170691",
    "oui", "2026-02-30", "31/12/2026", "POINT (4.3 50.8)", '{"lon": 4.3}', "a\nb", 'quo"te', ";", ",", "\ufeff",
    "𝔘", "\ud800",
)  # fmt: skip
CELLS = st.one_of(st.sampled_from(NASTY), st.text(max_size=12))
GRIDS = st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8).flatmap(
    lambda header: st.tuples(
        st.just(header), st.lists(st.lists(CELLS, max_size=len(header) + 1), min_size=1, max_size=8)
    )
)
KINDS = st.sampled_from([None, "creche", "childminder", "child_consultation"])
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


@pytest.fixture(scope="module")
def known():
    return load_known()


def check(data, name, kind, known):
    try:
        raw = read_table(data, name)
        mapping = guess_mapping(raw)
        assert set(mapping.fields) <= set(FIELDS)
        assert read_or_none(mapping.to_toml(), raw) in (None, dict(mapping.fields))
        found = prepare(raw, mapping, known, kind=kind)
    except FinderError:
        return
    counts = found.counts
    assert counts["read"] == len(raw.rows) == counts["good"] + counts["rejected"] + counts["repeated"]
    fatal = set(found.problems.loc[found.problems["is_fatal"], "row"])
    parts = [set(found.good.index), fatal, set(found.duplicates["row"])]
    assert set().union(*parts) == set(raw.rows.index)
    assert sum(map(len, parts)) == len(raw.rows)
    assert len(found.confidence) == len(found.good)
    assert found.good["service_id"].is_unique


def read_or_none(text, raw):
    try:
        return dict(read_mapping(text, raw).fields)
    except FinderError:
        return None


def delimited(grid, separator, encoding, quotes):
    header, rows = grid
    lines = [[f'"{cell}"' if quotes else cell for cell in row] for row in [header, *rows]]
    return "\n".join(separator.join(line) for line in lines).encode(encoding, errors="replace")


def fuzz_text(known, examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(GRIDS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(ENCODINGS), st.booleans(), KINDS)
    def run(grid, separator, encoding, quotes, kind):
        check(delimited(grid, separator, encoding, quotes), "list.csv", kind, known)

    run()


def fuzz_bytes(known, examples):
    starts = st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{", b"[", b"SQLite format 3\x00", b"\xff\xfe"])

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(starts, st.binary(max_size=300), KINDS)
    def run(start, rest, kind):
        check(start + rest, "list", kind, known)

    run()


def fuzz_json(known, examples):
    values = st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), CELLS),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(HEADERS), inner, max_size=4)
        ),
        max_leaves=10,
    )
    point = st.fixed_dictionaries({"type": st.just("Point"), "coordinates": st.one_of(values, st.just([4.3, 50.8]))})
    feature = st.fixed_dictionaries(
        {"type": st.just("Feature"), "properties": values, "geometry": st.one_of(values, point)}
    )

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(values, st.fixed_dictionaries({"features": st.lists(feature, max_size=4)})), KINDS)
    def run(content, kind):
        import json

        check(json.dumps(content).encode(), "list.json", kind, known)

    run()


def fuzz_workbook(known, examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(GRIDS, KINDS, st.booleans())
    def run(grid, kind, cut):
        made = openpyxl.Workbook()
        for row in [grid[0], *grid[1]]:
            made.active.append(
                [openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", one).replace("\ud800", "") for one in row]
            )
        data = io.BytesIO()
        made.save(data)
        content = data.getvalue()
        check(content[: len(content) // 2] if cut else content, "list.xlsx", kind, known)

    run()


FUZZERS = {fuzz_text: 100, fuzz_bytes: 40, fuzz_json: 40, fuzz_workbook: 20}
"""200 examples in all."""


@pytest.mark.parametrize("fuzzer", FUZZERS)
def test_no_list_crashes_or_loses_a_row(known, fuzzer):
    fuzzer(known, FUZZERS[fuzzer])


@pytest.mark.slow
@pytest.mark.parametrize("fuzzer", FUZZERS)
def test_no_list_crashes_or_loses_a_row_at_length(known, fuzzer):
    fuzzer(known, 10 * FUZZERS[fuzzer])
