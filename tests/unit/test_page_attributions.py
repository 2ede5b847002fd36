"""What pages say their figures are made of stands in the catalogue, so that every export names its makers."""

import pytest

from finder.pages import cached, gaps_data
from finder.sources import store


@pytest.mark.parametrize("datasets", [cached.ACCESS_DATASETS, gaps_data.DATASETS], ids=["access", "gaps"])
def test_every_dataset_a_page_names_is_in_the_catalogue(datasets):
    assert not set(datasets) - set(store.load_catalog()["id"])


@pytest.mark.parametrize("attributions", [cached.attributions, gaps_data.attributions], ids=["access", "gaps"])
def test_exports_of_what_rests_on_roads_name_openstreetmap(attributions):
    texts = attributions()
    assert any("OpenStreetMap" in text for text in texts)
    assert len(texts) == len(set(texts))
