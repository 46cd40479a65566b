"""Assess: from a scenario with an endgame to its odds, what holds it back, what to do first and at what price.

`ml_abm.report.assess` is the door; the rooms here run the ensemble and work out the tables, and know nothing of pages.
"""
