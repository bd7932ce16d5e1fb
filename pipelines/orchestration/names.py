"""Names of jobs and of the one step that takes a person's words: for who runs them by name."""

BUILD = "build_warehouse"
PUBLISH = "publish"
CLOSE = "quarterly_close"
CHASE = "look_at_returns_daily"
PROGRAMMES = {"PSA 14": "load_psa14", "youth justice KPI": "load_youth_justice_kpis"}
"""Programmes whose files have a job of their own."""

RELEASE_STEP = "release__current"
