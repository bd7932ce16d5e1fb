"""Runs the dbt project in process, inside a warehouse folder. What the numbers mean is written in dbt_project/."""
