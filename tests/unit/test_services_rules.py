"""The rules by which source rows become services, each on the smallest case."""

import pytest

from finder.errors import SourceFileError
from finder.sources.services import childcare_facts, childcare_pages, maternities
from finder.sources.services.birth_centres import _status as birth_status
from finder.sources.services.childminders import street_alone
from finder.sources.services.dates import first_certain_day, precision_of
from finder.sources.services.hospitals import readable, readable_city
from finder.sources.services.osm_check import OSM_OF_SITE, osm_difference_m, telling_words
from finder.sources.services.record import ANNOUNCED_ONLY, Service, join_notes, latest_date, services_frame, slug
from finder.sources.services.status import UNPROVEN_CLOSING, Status


@pytest.mark.parametrize(
    ("date", "day", "precision"),
    [
        ("2020-03-26", "2020-03-26", "day"),
        ("2017-05", "2017-06-01", "month"),
        ("2019-12", "2020-01-01", "month"),
        ("2024", "2025-01-01", "year"),
    ],
)
def test_a_change_takes_effect_when_it_is_certain(date, day, precision):
    assert (first_certain_day(date), precision_of(date)) == (day, precision)


@pytest.mark.parametrize("text", ["", "soon", "2024-13", "2024-02-30", "24"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(SourceFileError, match="no date"):
        first_certain_day(text)


@pytest.mark.parametrize(
    ("name", "date", "status"),
    [
        ("Crèche de Doische (projet)", "2022-09-09", "planned"),
        ("Crèche néerlandophone du parc de l'Ouest (projet 2027, Molenketjes)", "2025-09-23", "planned"),
        ("Les Louve-Tôt (CHU Tivoli, projet)", None, "planned"),
        ("Kilis Kids (extension prévue, crèche)", "2023-04-03", "planned"),
        ("Kiddy Chouette (fermée 2023)", None, "closed"),
        ("Les Lilliputiens (fermeture annoncée)", "2025-03", "closed"),
        ("La Ribambelle", "2023-09-29", "open"),
        ("Crèche Hocheporte", "2021-03", "open"),
        ("Les Oursons", None, "unconfirmed"),
        ("Crèche de Bellevue (Sonefa)", "2012-06-09", "unconfirmed"),
        ("Crèche de la Dîme (Angleur)", "2021-09", "unconfirmed"),
        ("DoReyMi", "2021-05", "unconfirmed"),
        ("Les petits bateaux", "2022-04", "unconfirmed"),
        ("Les Cro'Mignons", "2023-09-06", "unconfirmed"),
        ("Crèche de Stembert (Arc-Services / Cocoon)", "2023-03-09", "planned"),
    ],
)
def test_status_of_day_care_named_in_pages(name, date, status):
    assert childcare_pages._status(name, date).status == status


@pytest.mark.parametrize(
    ("note", "year", "status", "status_date"),
    [
        ("closing 2024", "2024", "closed", "2024"),
        ("planned", None, "planned", None),
        ("", None, "unconfirmed", None),
        ("18 to 21", "2023", "open", None),
        ("", "2020", "unconfirmed", None),
    ],
)
def test_status_of_single_facts(note, year, status, status_date):
    found = childcare_facts._status(note, year)
    assert (found.status, found.date) == (status, status_date)


def test_a_closing_that_was_only_announced_follows_one_rule():
    """Whoever tells it: closed, flagged, and dated only where the text says from when."""
    dated = Status("closed", "2024", UNPROVEN_CLOSING, ANNOUNCED_ONLY)
    assert childcare_facts._status("closing 2024", "2024") == dated
    undated = childcare_pages._status("Les Lilliputiens (fermeture annoncée)", "2025-03")
    assert (undated.status, undated.date, undated.flag) == ("closed", None, ANNOUNCED_ONLY)
    assert undated.note == f"{UNPROVEN_CLOSING}; announced 2025-03, from when is not known"


@pytest.mark.parametrize(
    ("strength", "is_weak"),
    [
        ("direct", False),
        ("direct, site assumed", False),
        ("direct (2011)", False),
        ("indirect", True),
        ("count only", True),
        (None, True),
    ],
)
def test_evidence_that_names_no_maternity_is_weak(strength, is_weak):
    assert maternities._is_weak({"status": "open", "evidence_strength": strength}) is is_weak
    assert maternities._is_weak({"status": "open?", "evidence_strength": strength})


@pytest.mark.parametrize(
    ("evidence", "births_year", "date"),
    [
        ("lavenir.net 2022-10-12", None, "2022-10-12"),
        ("rtbf.be id=10408825", "2020", "2020"),
        ("m.rtl.be id=1351104", "about 2020", None),
        ("chirecpro.be ?p=7655", "2018 (expected)", None),
        ("NOT VERIFIED; KCE count of 34 fits only with it", None, "2016"),
        ("text rtbf 2021; KCE count of 34", None, "2021"),
        ("IHAB list", None, None),
    ],
)
def test_evidence_is_dated_by_what_it_says_and_not_guessed(evidence, births_year, date):
    assert maternities._as_of({"evidence": evidence, "births_year": births_year, "status_date": None}) == date


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("numéro 11 de la rue de la Station", "rue de la Station"),
        ("rue des Fontaines n°15", "rue des Fontaines"),
        ("8 rue Emile Sergijsels", "rue Emile Sergijsels"),
        ("12 B, avenue Louise", "avenue Louise"),
        ("n°4, rue du commerce", "rue du commerce"),
        ("Rue de Molenbeek 19A", "Rue de Molenbeek"),
        ("rue Bruyn 10 bte 3", "rue Bruyn"),
        ("Avenue de la gare, 108", "Avenue de la gare"),
        ("harenberg nan", "harenberg"),
        ("Rue du 11 Novembre 4", "Rue du 11 Novembre"),
        ("rue Léopold 1er", "rue Léopold 1er"),
        ("Square Bertrand", "Square Bertrand"),
        (None, None),
    ],
)
def test_the_house_number_of_a_childminder_falls_away(address, street):
    assert street_alone(address) == street


@pytest.mark.parametrize(
    ("text", "note", "status"),
    [
        ("open", None, "open"),
        ("open (named)", None, "open"),
        ("open (named)", "contradicts the seeds", "unconfirmed"),
        ("named", None, "unconfirmed"),
        ("planned", None, "planned"),
        ("closed 2019-07", None, "closed"),
    ],
)
def test_status_of_birth_centres(text, note, status):
    assert birth_status(text, note)[0] == status


@pytest.mark.parametrize(
    ("texts", "date"),
    [
        (("bx1 2021-09; bornin.brussels 2024-02 (IHAB)",), "2024-02"),
        (("lavenir.net dmf20200326_01461246", "2020-03-26"), "2020-03-26"),
        (("rtbf.be id=10636507",), None),
        (("opening 20190101x", None), None),
        (("2025", "rtl 2025-04-10"), "2025-04-10"),
    ],
)
def test_latest_date_reads_dates_and_not_numbers(texts, date):
    assert latest_date(*texts) == date


def test_names_in_capitals_are_made_readable():
    assert readable("CHU DE LIEGE - RUE DE L'HOPITAL") == "CHU de Liege - Rue de l'Hopital"
    assert readable("Clinique Saint-Jean") == "Clinique Saint-Jean"
    assert readable_city("BRUXELLES--20") == "Bruxelles"
    assert readable_city("LIEGE-1 (SART-TILMAN)") == "Liege-1 (Sart-Tilman)"


def test_osm_is_compared_and_only_a_real_difference_is_told():
    assert osm_difference_m(None, 4.35, 50.85) is None
    assert osm_difference_m((4.35, 50.85), 4.3505, 50.85) is None
    assert osm_difference_m((4.36, 50.85), 4.35, 50.85) == pytest.approx(703, abs=5)
    assert len(set(OSM_OF_SITE.values())) == len(OSM_OF_SITE)
    assert telling_words("Éco-crèche communale Ernest Salu") == telling_words("Ernest Salu") == "ernest salu"


def test_small_texts():
    assert slug("L'Île aux câlins") == "l-ile-aux-calins"
    assert join_notes(None, "a", None, "b") == "a; b"
    assert join_notes(None, None) is None


def test_a_text_that_looks_like_a_formula_stays_data():
    row = Service("a", "creche", "=HYPERLINK(1)", "open", "web", "page", "facts", phone="+32 2 242 10 25")
    frame = services_frame([row])
    assert frame.loc[0, ["name", "phone", "stage"]].tolist() == ["=HYPERLINK(1)", "+32 2 242 10 25", "age_0_3"]
