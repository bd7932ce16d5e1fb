"""Dagster's view of the main job: assets, checks, jobs, schedules, sensors. Each calls a step; none holds a rule."""
