"""What a delivery takes the place of: its whole dataset, or the topics or indicators that it has."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.partial import build
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

FIRST, LATER = datetime(2025, 4, 1), datetime(2025, 5, 1)
ABSENCE, EXCLUSIONS = ("tidy_absence_sessions", "tidy_absence_persistent"), ("tidy_exclusions_rate",)
Standing = Callable[[str, dict[str, tuple[str, ...]]], dict[tuple[str, str], bool]]


@pytest.fixture
def standing(compiled: Compiled, tmp_path: Path) -> Standing:
    """Whether each indicator of each delivery is current, of a dataset whose deliveries are whole of something."""

    def found(whole_of: str, deliveries: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], bool]:
        world = World()
        world.datasets.append({"source_id": "test__source", "priority": 10, "is_fictional": True, "whole_of": whole_of})
        for came, (delivery_id, indicators) in zip((FIRST, LATER), deliveries.items(), strict=True):
            of_delivery = {"source_id": "test__source", "delivery_id": delivery_id, "recorded_at": came}
            for indicator_id in indicators:
                world.observe("vellow", 50.0, indicator_id=indicator_id, **of_delivery)
                if whole_of == "topic":
                    world.add("topic_indicators", indicator_id=indicator_id, topic=indicator_id.split("_")[1],
                              definition_version="as_published", **of_delivery)  # fmt: skip
        with build(compiled, world.write(tmp_path), "int_observation_versions") as connection:
            rows = connection.execute(
                "select delivery_id, indicator_id, is_current from internal.int_observation_versions"
            ).fetchall()
        assert len(rows) == sum(map(len, deliveries.values())), "a row is lost or doubled"
        return {(delivery_id, indicator_id): is_current for delivery_id, indicator_id, is_current in rows}

    return found


def test_another_topic_leaves_the_first_as_it_is(standing: Standing) -> None:
    assert set(standing("topic", {"D0001": ABSENCE, "D0002": EXCLUSIONS}).values()) == {True}


def test_a_topic_delivered_again_withdraws_what_it_lacks(standing: Standing) -> None:
    kept, withdrawn = ABSENCE
    assert standing("topic", {"D0001": (*ABSENCE, *EXCLUSIONS), "D0002": (kept,)}) == {
        ("D0001", kept): False,
        ("D0001", withdrawn): False,
        ("D0001", EXCLUSIONS[0]): True,
        ("D0002", kept): True,
    }


def test_another_indicator_of_a_download_leaves_the_first_as_it_is(standing: Standing) -> None:
    assert standing("indicator", {"D0001": ("fte", "neet"), "D0002": ("neet",)}) == {
        ("D0001", "fte"): True,
        ("D0001", "neet"): False,
        ("D0002", "neet"): True,
    }


def test_any_other_dataset_is_delivered_whole(standing: Standing) -> None:
    assert standing("dataset", {"D0001": ("fte", "neet"), "D0002": ("neet",)}) == {
        ("D0001", "fte"): False,
        ("D0001", "neet"): False,
        ("D0002", "neet"): True,
    }
