"""The sweeps: loops over the tables that call the formulas in the order of the month. Read `month.py` first."""
