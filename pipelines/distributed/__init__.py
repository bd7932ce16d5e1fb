"""The same dbt models on a distributed engine: Spark, or Sail. What the numbers mean stays in dbt_project/.

Nothing that `dovetail` does imports this package: its engines live in an environment of their own (.venv-distributed).
"""
