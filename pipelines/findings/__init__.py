"""What can be said of published figures from the figures alone: judged here, given to dbt as frames."""
