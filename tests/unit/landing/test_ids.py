"""Ids of landed rows: one for each key, the same whatever stands beside it."""

from datetime import date

import polars as pl

from pipelines.landing.ids import ids_of

SERIES, PLACE = ("indicator_id", "period_start"), ("area_code",)


def rows(count: int) -> pl.DataFrame:
    return pl.DataFrame({
        "indicator_id": [f"indicator {n % 7}" for n in range(count)],
        "period_start": [date(2010 + n % 5, 1, 1) for n in range(count)],
        "area_code": [f"FE{n % 11:07d}" if n % 11 else None for n in range(count)],
    })  # fmt: skip


def test_different_keys_have_different_ids_and_equal_keys_the_same():
    frame = rows(7 * 5 * 11 * 2)
    ids = frame.with_columns(ids_of(frame, SERIES, PLACE, salt="source|D000001").alias("id"))
    assert ids["id"].str.len_bytes().unique().to_list() == [32]
    assert ids.select(pl.all().n_unique())["id"].item() == ids.unique().height == 7 * 5 * 11


def test_an_id_does_not_depend_on_the_rows_beside_it_nor_on_their_order():
    frame = rows(50)
    whole = ids_of(frame, SERIES, PLACE, salt="s")
    assert ids_of(frame[13:14], SERIES, PLACE, salt="s").item() == whole[13]
    assert ids_of(frame.reverse(), SERIES, PLACE, salt="s").reverse().equals(whole)


def test_another_delivery_gives_other_ids():
    frame = rows(50)
    first, second = (set(ids_of(frame, SERIES, PLACE, salt=salt)) for salt in ("a|D000001", "a|D000002"))
    assert not first & second


def test_values_do_not_wander_from_one_column_to_another():
    one = pl.DataFrame({"a": ["x"], "b": ["y"], "c": ["z"]})
    ids = {ids_of(one, parts, ("c",), salt="").item() for parts in (("a", "b"), ("b", "a"))}
    ids |= {ids_of(one, ("c",), ("a", "b"), salt="").item(), ids_of(one, ("a",), ("b",), salt="").item()}
    assert len(ids) == 4


def test_the_id_of_a_known_key_is_what_it_was():
    """Ids are kept in releases: a change of how they are made is a change that readers see (CHANGELOG)."""
    known = pl.DataFrame({"indicator_id": ["i"], "period_start": [date(2020, 1, 1)], "area_code": ["FE0000001"]})
    assert ids_of(known, SERIES, PLACE, salt="source|D000001").item() == "36e8659226ba14017bd6a8e2435adb10"
