"""The measurement behind `patcher/retention/table.json`."""
