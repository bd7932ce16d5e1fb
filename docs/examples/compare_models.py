"""One indicator across structural models, from a release and nothing else.

python compare_models.py [DOVETAIL.DUCKDB] [INDICATOR] [TYPOLOGY]
"""

import sys

import duckdb

DATABASE = "warehouse/current/dovetail.duckdb"
INDICATOR = "suitable_accommodation_at_order_end_percent"
TYPOLOGY = "yjb_2024"


def main(database: str = DATABASE, indicator: str = INDICATOR, typology: str = TYPOLOGY) -> None:
    """Print the latest comparison, with what was left out and what could have been seen."""
    with duckdb.connect(database, read_only=True) as release:
        latest = release.execute(
            "from compare(?, ?) where refusal_reason is null and group_services > 0"
            " qualify dense_rank() over (order by period_end desc, definition_version) = 1 order by model_order",
            [indicator, typology],
        )
        names = [column[0] for column in latest.description]
        rows = [dict(zip(names, row, strict=True)) for row in latest.fetchall()]
        if not rows:
            print(f"Every comparison of {indicator} in {typology} is refused: see refusal_reason in comparisons.")
            return
        first = rows[0]
        print(f"{indicator}, {first['period_start']} to {first['period_end']}, version {first['definition_version']}")
        print(f"{first['services_used']} of {first['services_in_scope']} services used")
        for row in rows:
            print(
                f"  {row['model_label']}: {row['group_services']} services,"
                f" typical service {row['median']:.1f}, all children pooled {row['pooled_value']:.1f}"
            )
        if first["p_value"] is not None:
            print(f"permutation test over services: p {first['p_value']:.3f}, of its family q {first['q_value']:.3f}")
        pairs = release.execute(
            "select model_a, model_b, difference_typical, detectable_difference_adjusted from comparison_pairs"
            " where comparison_id = ? and detectable_difference_adjusted is not null order by model_a, model_b",
            [first["comparison_id"]],
        ).fetchall()
        for model_a, model_b, difference, detectable in pairs:
            print(
                f"  {model_a} less {model_b}: {difference:+.1f}; a difference of {detectable:.1f} could have been seen"
            )
        left_out = release.execute(
            "select group_label, count(*) from comparison_services where comparison_id = ? and not is_used"
            " group by group_label order by group_label",
            [first["comparison_id"]],
        ).fetchall()
        for group, services in left_out:
            print(f"  left out, {group}: {services}")
    print("This describes; it does not judge what worked.")


if __name__ == "__main__":
    main(*sys.argv[1:])
