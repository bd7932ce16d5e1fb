"""The same intake written for pandas alone: what a careful analyst would do, vectorised and with no loop over rows.

Keeps the original, reads it with pandas (pyarrow for CSV and Parquet), judges every cell by the same rules, runs
the checks over the whole delivery that can find something in it, makes ids and writes the landed rows and what was set
aside as Parquet. Knows one layout, where Dovetail knows any that is declared; no ledger, no release.
"""

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.intake.checks.outliers import (
    AREAS,
    JUMP_DEVIATIONS,
    JUMP_FACTOR,
    LAST_PLACES,
    NORMAL,
    PEER_DEVIATIONS,
    PEER_FACTOR,
    SPIKE_DEVIATIONS,
    SPIKE_FACTOR,
)  # fmt: skip
from pipelines.intake.layouts.settling import AREAS_FOR_A_MEDIAN
from pipelines.intake.names import name_key
from sources.catalogue import Catalogue

DATASET = "dfe__local_authority_interactive_tool"
SERIES = ["indicator_id", "definition_version", "breakdown_id"]
PERIOD = ["period_start", "period_end"]
KEY = [*SERIES[:2], "area_type", "area_code", *PERIOD, "period_type", "breakdown_id"]
GROUP = [*SERIES, *PERIOD]
LINE = [*SERIES, "area_code"]
SYMBOL = r"^[^0-9A-Za-z]{1,4}$|^[A-Za-z]$|^#?[A-Z/0]{2,7}[!?]?$|^\[[a-z]+(?: \d+)?\]$"
FIRST_MONTH = {
    "calendar_year": (1, 12), "calendar_year_of_conception": (1, 12), "financial_year": (4, 12),
    "three_month_cohort": (1, 3), "december_february_average": (-1, 3), "year_ending_march": (-9, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """`found` has rule and row of every finding (row -1 where it speaks of a group); `landed` what landed."""

    found: pd.DataFrame
    landed: pd.DataFrame


def receive(
    path: Path, register: Path, folder: Path, catalogue: Catalogue, delivery_id: str, engine: str | None = None
) -> Verdicts:
    """Read, judge and land one file; `engine` is what pandas reads a workbook with, its own choice where None."""
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as stream:
        digest = sha256(stream.read()).hexdigest()
    shutil.copyfile(path, folder / digest)
    frame = _read(path, engine)
    first = 1 if path.suffix == ".parquet" else 2  # Parquet has no row for its header
    frame["row"] = np.arange(first, len(frame) + first)
    known = _read(register)
    frame = frame.merge(_measures(catalogue), left_on="Short Desc", right_on="name", how="inner")
    frame = _placed(frame, known)
    frame = _dated(frame)
    frame = _judged(frame, catalogue)
    aside = [frame.loc[frame["rule"].notna(), ["rule", "row"]]]
    sound = frame[frame["rule"].isna()].reset_index(drop=True)
    duplicated, repeated = _duplicates(sound)
    aside.append(pd.DataFrame({"rule": "key_duplicate", "row": sound.loc[duplicated, "row"]}))
    if repeated.any():
        aside.append(pd.DataFrame({"rule": ["key_repeated"], "row": [sound.loc[repeated, "row"].iloc[0]]}))
    sound = sound[~duplicated & ~repeated]
    beyond = _of_another_unit(sound)
    aside.append(pd.DataFrame({"rule": "unit_implausible", "row": sound.loc[beyond, "row"]}))
    sound = sound[~beyond].reset_index(drop=True)
    sound["group"] = sound.groupby(GROUP, sort=False).ngroup()
    sound["line"] = sound.groupby(LINE, sort=False).ngroup()
    aside += [_jumps(sound), _peers(sound), *_zeros(sound), _not_over(sound), _missing(frame, known)]
    found = pd.concat(aside, ignore_index=True)
    landed = _with_ids(sound, delivery_id)
    landed.to_parquet(folder / "observations.parquet", compression="zstd", index=False)
    found.to_parquet(folder / "findings.parquet", compression="zstd", index=False)
    return Verdicts(found, landed)


def _read(path: Path, engine: str | None = None) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, engine="pyarrow", dtype=str, keep_default_na=False)
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_excel(path, engine=engine, dtype=str, keep_default_na=False).fillna("")


def _measures(catalogue: Catalogue) -> pd.DataFrame:
    rows = []
    for measure in catalogue.datasets[DATASET].measures:
        if measure.published_from:
            continue
        definition = catalogue.definition(measure)
        bounds = definition.bounds
        rows.append({
            "name": measure.name, "indicator_id": measure.indicator, "definition_version": measure.definition_version,
            "breakdown_id": measure.breakdown, "period_type": measure.period_type or definition.period_type,
            "unit": definition.unit, "measure": definition.measure,
            "minimum": bounds.minimum if bounds else None, "maximum": bounds.maximum if bounds else None,
            "typical_minimum": bounds.typical_minimum if bounds else None,
            "typical_maximum": bounds.typical_maximum if bounds else None,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _placed(frame: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Code of the area by its department code; its name must be the register's, each different pair asked once."""
    register = register.assign(known=register["la_name"].map(name_key))
    pairs = frame[["LA Number", "LA and Regions"]].drop_duplicates()
    pairs = pairs.merge(register, left_on="LA Number", right_on="old_la_code", how="left")
    mismatch = pairs["known"].notna() & (pairs["LA and Regions"].map(name_key) != pairs["known"])
    pairs["where_rule"] = np.select([pairs["known"].isna(), mismatch], ["area_unknown", "area_name_mismatch"], None)
    pairs = pairs.rename(columns={"new_la_code": "area_code"})
    pairs["valid_from"] = pd.to_datetime(pairs["date_of_operation"], format="%d/%m/%Y")
    keep = ["LA Number", "LA and Regions", "area_code", "valid_from", "where_rule"]
    frame = frame.merge(pairs[keep], on=["LA Number", "LA and Regions"], how="left")
    frame["area_type"] = "authority"
    return frame


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """First and last day of the period, each different label asked once."""
    labels = frame[["Years", "period_type"]].drop_duplicates()
    year = labels["Years"].str.extract(r"^(\d{4})(?:-\d{2})?$")[0].astype("Int64")
    month = labels["period_type"].map(lambda kind: FIRST_MONTH[kind][0])
    months = labels["period_type"].map(lambda kind: FIRST_MONTH[kind][1])
    first = year.astype("int64") * 12 + month - 1
    labels["period_start"] = pd.to_datetime({"year": first // 12, "month": first % 12 + 1, "day": 1})
    after = first + months
    labels["period_end"] = pd.to_datetime({"year": after // 12, "month": after % 12 + 1, "day": 1}) - pd.Timedelta("1D")
    frame = frame.merge(labels, on=["Years", "period_type"], how="left")
    ended = frame["where_rule"].isna() & (frame["period_start"] < frame["valid_from"])
    frame.loc[ended, "where_rule"] = "area_code_ended"
    return frame


def _judged(frame: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    text = frame["Values"].str.strip()
    value = pd.to_numeric(text, errors="coerce")
    marker = text.map(catalogue.datasets[DATASET].markers).where(value.isna())
    beyond = (value < frame["minimum"]) | (value > frame["maximum"])
    nothing = value.isna() & marker.isna()
    rules = [
        (frame["where_rule"].notna(), frame["where_rule"]),
        (nothing & (text == ""), "cell_empty"),
        (nothing & text.str.contains(SYMBOL, regex=True), "marker_undeclared"),
        (nothing, "number_not_numeric"),
        (beyond, "value_out_of_bounds"),
    ]
    rule = pd.Series(None, index=frame.index, dtype=object)
    for holds, name in reversed(rules):
        rule = rule.mask(holds, name)
    return frame.assign(value=value, value_marker=marker, rule=rule)


def _duplicates(sound: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Rows of a key that is there with different values, and rows that only say again what another says."""
    repeated = sound.duplicated(KEY, keep=False)
    some = sound[repeated]
    said = some["value"].astype(str).fillna("") + "|" + some["value_marker"].fillna("")
    differs = said.groupby([some[column] for column in KEY], sort=False).transform("nunique") > 1
    duplicated = pd.Series(False, index=sound.index)
    duplicated.loc[differs[differs].index] = True
    again = pd.Series(False, index=sound.index)
    alike = some[~differs]
    again.loc[alike[alike.duplicated(KEY)].index] = True
    return duplicated, again


def _of_another_unit(sound: pd.DataFrame) -> pd.Series:
    by = [*SERIES[:2], "area_type", *PERIOD]
    valued = sound[sound["value"].notna() & (sound["typical_minimum"].notna() | sound["typical_maximum"].notna())]
    figures = valued.groupby(by)["value"]
    median, areas = figures.transform("median"), figures.transform("size")
    outside = (median < valued["typical_minimum"]) | (median > valued["typical_maximum"])
    beyond = pd.Series(False, index=sound.index)
    beyond.loc[valued.index[(areas >= AREAS_FOR_A_MEDIAN) & outside]] = True
    return beyond


def _scored(figures: pd.DataFrame, column: str) -> pd.DataFrame:
    """Middle, departure and spread of each group with enough areas."""
    of_group = figures.groupby("group")[column]
    middle, areas = of_group.transform("median"), of_group.transform("count")
    scored = figures.assign(middle=middle, departure=figures[column] - middle)[areas >= AREAS]
    size = scored["departure"].abs()
    return scored.assign(spread=NORMAL * size.groupby(scored["group"]).transform("median"))


def _beyond(scored: pd.DataFrame, deviations: float, factor: float) -> pd.Series:
    return scored["departure"].abs() > np.maximum(deviations * scored["spread"], np.log(factor))


def _beside(frame: pd.DataFrame, column: str, step: int) -> pd.Series:
    return frame[column].shift(step).where(frame["line"].shift(step) == frame["line"])


def _jumps(sound: pd.DataFrame) -> pd.DataFrame:
    figures = sound.loc[sound["value"] >= 0, ["row", "value", "group", "line", *PERIOD]].copy()
    least = figures["value"].where(figures["value"] > 0).groupby(figures["group"]).transform("min")
    figures["places"] = _decimals(figures)
    figures["log"] = np.log(np.maximum(figures["value"], least / 2))
    figures = figures.sort_values(["line", "period_start"], kind="stable")
    follows = (figures["period_start"] - _beside(figures, "period_end", 1)).dt.days <= 184
    figures["change"] = (figures["log"] - _beside(figures, "log", 1)).where(follows)
    figures["before_value"] = _beside(figures, "value", 1)
    scored = _scored(figures, "change").sort_values(["line", "period_start"], kind="stable")
    before, after = _beside(scored, "departure", 1), _beside(scored, "departure", -1)
    departure = scored["departure"]
    largest = scored[["value", "before_value"]].max(axis=1)
    enough = largest * 10.0 ** scored["places"] >= LAST_PLACES
    spike = _beyond(scored, SPIKE_DEVIATIONS, SPIKE_FACTOR) & _mirrors(after, departure)
    jump = _beyond(scored, JUMP_DEVIATIONS, JUMP_FACTOR) & ~_mirrors(before, departure)
    wild = scored[enough & (spike | jump)]
    rule = np.where(spike[wild.index], "value_spiked", "value_jumped")
    return pd.DataFrame({"rule": rule, "row": wild["row"]})


def _mirrors(neighbour: pd.Series, departure: pd.Series) -> pd.Series:
    return (np.sign(neighbour) == -np.sign(departure)) & (neighbour.abs() > 0.5 * departure.abs())


def _decimals(figures: pd.DataFrame) -> pd.Series:
    places = pd.Series(0, index=figures.index)
    for count in range(6):
        scaled = figures["value"] * 10**count
        shows_more = (scaled - scaled.round()).abs() > 1e-7 * (1 + scaled.abs())
        places = places + (shows_more.groupby(figures["group"]).transform("mean") >= 0.5)
    return places


def _peers(sound: pd.DataFrame) -> pd.DataFrame:
    rates = sound.loc[sound["measure"].isin(["rate", "proportion"]) & (sound["value"] > 0)]
    rates = rates[["row", "value", "group", "line"]].assign(log=np.log(rates["value"]))
    scored = _scored(rates, "log")
    far = scored[_beyond(scored, PEER_DEVIATIONS, PEER_FACTOR)]
    own = scored[scored["line"].isin(far["line"])].groupby("line")["departure"].agg(["median", "size"])
    own = own.reindex(far["line"])
    always = (own["size"].to_numpy() >= 3) & (own["median"].abs().to_numpy() > 0.5 * far["departure"].abs().to_numpy())
    return pd.DataFrame({"rule": "value_unlike_peers", "row": far.loc[~always, "row"]})


def _zeros(sound: pd.DataFrame) -> list[pd.DataFrame]:
    zero = sound["value"] == 0
    lines = sound.loc[zero, "line"].unique()
    some = sound[sound["line"].isin(lines)].sort_values(["line", "period_start"], kind="stable")
    none = (some["value"].isna() & some["value_marker"].isin(["x", "z"])).astype(float)
    some = some.assign(none=none)
    before, after = _beside(some, "none", 1), _beside(some, "none", -1)
    beside = pd.DataFrame({"before": before, "after": after})
    between = (some["value"] == 0) & (beside.notna().sum(axis=1) > 0) & (beside.fillna(1).min(axis=1) == 1)
    of_line = some.groupby("line").agg(
        zeros=("value", lambda value: (value == 0).any()), nones=("none", "max"), indicator=("indicator_id", "first")
    )
    mixed = of_line[of_line["zeros"] & (of_line["nones"] == 1)]["indicator"].unique()
    return [
        pd.DataFrame({"rule": "zero_between_markers", "row": some.loc[between, "row"]}),
        pd.DataFrame({"rule": ["zero_and_marker_mixed"] * len(mixed), "row": [-1] * len(mixed)}),
    ]


def _not_over(sound: pd.DataFrame) -> pd.DataFrame:
    future = sound[(sound["period_end"] > pd.Timestamp.today()) & sound["value"].notna()]
    groups = future.groupby(GROUP, sort=False)["row"].first()
    return pd.DataFrame({"rule": "period_not_over", "row": groups.to_numpy()})


def _missing(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Registered areas that an indicator and period has no row of, set aside or not; one finding for each set."""
    there = frame.dropna(subset=["period_end"]).drop_duplicates([*SERIES[:2], *PERIOD, "area_code"])
    counts = there.groupby([*SERIES[:2], *PERIOD])["area_code"].nunique()
    short = counts[counts < len(known)]
    sets = {
        frozenset(known["new_la_code"]) - frozenset(there.set_index([*SERIES[:2], *PERIOD]).loc[key, "area_code"])
        for key in short.index
    }
    return pd.DataFrame({"rule": ["areas_not_given"] * len(sets), "row": [-1] * len(sets)})


def _with_ids(sound: pd.DataFrame, delivery_id: str) -> pd.DataFrame:
    """Landed rows with ids by pandas' own vectorised hash: two numbers of 64 bits over the key."""
    key = sound[KEY].assign(delivery_id=delivery_id)
    halves = [pd.util.hash_pandas_object(key, index=False, hash_key=seed * 16).to_numpy() for seed in "01"]
    landed = sound.rename(columns={"LA and Regions": "area_name_as_published", "Years": "period_label"})
    columns = [*KEY, "area_name_as_published", "period_label", "value", "value_marker", "unit", "row"]
    return landed[columns].assign(
        source_id=DATASET, delivery_id=delivery_id, observation_id=halves[0], observation_id_low=halves[1]
    )
