"""The latest values carry the title of the gap that decided how each is attributed."""

from reports import observations
from reports.release import open_release


def test_each_attribution_names_the_gap_that_decided_it(fictional_release):
    with open_release(fictional_release) as release:
        titles = {row["gap_id"]: row["kind_title"] for row in release.rows("select * from attribution_gaps")}
        decided = {
            (row["observation_id"], row["typology_id"]): titles.get(row["deciding_gap_id"])
            for row in release.rows("select * from attributions")
        }
        found = observations.latest(release)

    shown = {
        (observation, typology): row["kind_title"]
        for series in found.values()
        for one in series
        for observation, by_typology in one.attributions.items()
        for typology, row in by_typology.items()
    }
    assert any(shown.values())
    assert shown == {key: decided[key] for key in shown}
