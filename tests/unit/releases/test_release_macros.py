"""The macros of a release: what they answer, what they refuse, and that a release has those it can have."""

import duckdb
import numpy as np
import pytest

from pipelines.releases.macros import MACROS, possible
from pipelines.statistics.wilson import wilson_limits
from reports.claims import Linter
from tests.unit.releases.conftest import build_in, publish_next

COMPARISONS = """
create table comparisons as select
    'c' || period as comparison_id, 'rate_a' as indicator_id, '1' as definition_version, 'src__a' as source_id,
    date '2020-01-01' + to_years(period::integer) as period_start,
    date '2020-12-31' + to_years(period::integer) as period_end,
    period::varchar as period_label, 'yjb_2024' as typology_id, model as model_id, upper(model) as model_label,
    case model when 'zulu' then 1 else 2 end as model_order, 12 as group_services, 30 as services_in_scope,
    24 as services_used, 5.5 as median, 5.0 as lower_quartile, 6.0 as upper_quartile, 5.6 as mean, 5.7 as pooled_value,
    5.65 as random_effects_mean, 5.0 as random_effects_lower_95, 6.3 as random_effects_upper_95, 40.0 as i_squared,
    period = 1 as is_refused, case when period = 1 then 'Under 70% of services.' end as refusal_reason
from range(2) as periods(period), (values ('alpha'), ('zulu')) as models(model);
create table comparison_tests as select
    'c0' as comparison_id, 'rate_a' as indicator_id, '1' as definition_version, 'src__a' as source_id,
    'yjb_2024' as typology_id, date '2020-01-01' as period_start, date '2020-12-31' as period_end,
    0.04 as p_value, 0.08 as q_value, 2 as tests_in_family, 1 as claim_level, null::varchar as not_tested_reason;
create table typology_models as
    select 'yjb_2024' as typology_id, model as model_id, 1 as model_order from (values ('alpha'), ('zulu')) as m(model);
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """A connection to a release with a comparison that is shown and one that is refused."""
    published = publish_next(build_in(tmp_path_factory.mktemp("macros"), sql=COMPARISONS))
    with duckdb.connect(str(published.database), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("x", "n", "level", "lower", "upper"),
    [
        (65, 100, 0.95, 0.5525444, 0.7363575),
        (1, 100, 0.95, 0.0017674, 0.0544862),
        (0, 10, 0.95, 0, 0.2775328),
        (1045, 5000, 0.95, 0.1979555, 0.2204913),
        (65, 100, 0.998, 0.4954947, 0.7783541),
    ],
)
def test_wilson_meets_the_check_values(release, x, n, level, lower, upper):
    """Check values of PHEindicatormethods 2.1.0, as in the project's page of methods."""
    found = release.execute("select wilson(?, ?, level := ?)", [x, n, level]).fetchone()[0]
    assert found["lower"] == pytest.approx(lower, abs=1e-6)
    assert found["upper"] == pytest.approx(upper, abs=1e-6)


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_wilson_is_the_formula_that_observations_are_made_with(release, level):
    n = np.arange(1, 60).repeat(60)
    x = np.minimum(np.tile(np.arange(60), 59), n)
    rows = release.execute(
        f"select wilson(x, n, level := {level}) from (select unnest($1) as x, unnest($2) as n)",
        [x.tolist(), n.tolist()],
    ).fetchall()
    lower, upper = wilson_limits(x, n, level)
    np.testing.assert_allclose([row[0]["lower"] for row in rows], lower, atol=1e-12)
    np.testing.assert_allclose([row[0]["upper"] for row in rows], upper, atol=1e-12)


def test_wilson_is_exact_at_none_and_at_all(release):
    inexact = "select count(*) from range(1, 5000) t(n) where wilson(n, n).upper <> 1 or wilson(0, n).lower <> 0"
    assert release.execute(inexact).fetchone() == (0,)


def test_wilson_of_nothing_is_nothing(release):
    assert release.execute("select wilson(null, 5), wilson(5, null)").fetchone() == (None, None)


@pytest.mark.parametrize(("call", "said"), [
    ("wilson(11, 10)", "no proportion"), ("wilson(-1, 10)", "no proportion"), ("wilson(0, 0)", "no proportion"),
    ("wilson(1, 10, level := 0.9)", "0.95 or 0.998"),
])  # fmt: skip
def test_wilson_refuses_what_is_no_proportion(release, call, said):
    with pytest.raises(duckdb.Error, match=said):
        release.execute(f"select {call}").fetchall()


def test_compare_gives_models_in_their_own_order_and_no_figure_of_a_refused_comparison(release):
    columns = "model_id, median, pooled_value, random_effects_mean, services_used, services_in_scope, p_value, q_value"
    rows = release.execute(f"select {columns}, refusal_reason from compare('rate_a', 'yjb_2024')").fetchall()
    assert [float(cell) if cell is not None and not isinstance(cell, str) else cell for cell in rows[0]] == [
        "zulu", 5.5, 5.7, 5.65, 24, 30, 0.04, 0.08, None
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["zulu", "alpha", "zulu", "alpha"]
    assert rows[2] == ("zulu", None, None, None, 24, 30, None, None, "Under 70% of services.")


@pytest.mark.parametrize(
    ("indicator", "typology", "said"),
    [("rate_a", "iys_2010", "compared in yjb_2024"), ("rate_b", "yjb_2024", "The table comparisons lists")],
)
def test_compare_of_what_is_not_compared_is_an_error_that_says_what_is(release, indicator, typology, said):
    with pytest.raises(duckdb.Error, match=said):
        release.execute("from compare(?, ?)", [indicator, typology]).fetchall()


def test_a_release_has_the_macros_whose_tables_it_has(build, release_of):
    published = release_of(build())
    with duckdb.connect(str(published.database), read_only=True) as connection:
        made = connection.execute("select function_name from duckdb_functions() where not internal").fetchall()
    assert sorted(name for (name,) in made) == ["as_known_on", "wilson"]
    dictionary = (published.path / "DICTIONARY.md").read_text(encoding="utf-8")
    assert "### wilson" in dictionary
    assert "### compare" not in dictionary


def test_a_table_without_a_needed_column_is_as_good_as_none():
    assert [macro.name for macro in possible({"observations": ["recorded_at"]})] == ["wilson"]


def test_every_macro_is_described_in_the_file(release):
    comments = dict(
        release.execute("select function_name, comment from duckdb_functions() where not internal").fetchall()
    )
    abouts = {macro.name: macro.about for macro in MACROS}
    assert comments.keys() == {"as_known_on", "compare", "wilson"}
    assert all(comment.startswith(abouts[name]) for name, comment in comments.items())


def test_what_macros_say_of_themselves_makes_no_claim():
    said = [macro.about for macro in MACROS]
    assert [str(claim) for claim in Linter().find_in_strings("macros", said)] == []
