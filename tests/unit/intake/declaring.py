"""Declares datasets for tests of the layouts, as a YAML would."""

from sources.models.dataset import Dataset

ORIGIN = {"publisher": "p", "title": "t", "found_at": "f", "licence": "l"}
NEET = {"indicator": "neet_16_to_17_percent", "definition_version": "djf_academic_age"}
NAMED = {"scheme": "name", "names": {"authority": "Local Authority"}}
CODED = {"area_type": "authority", "codes": {"authority": "code"}, "names": {"authority": "name"}}


def declared(**fields) -> Dataset:
    """A dataset of observations with these fields."""
    base = {"id": "test__file", "title": "t", "origin": ORIGIN, "shape": "observations", "layout": "wide"}
    return Dataset.model_validate(base | fields)


def rules(outcome) -> set[str]:
    """The rules of what was refused or set aside."""
    return set(outcome.set_aside["rule"])
