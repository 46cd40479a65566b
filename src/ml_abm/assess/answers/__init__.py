"""Answers of an assessment, one subject per file: tables, and the sentences that are made from them and from nothing else.

Shares are 0..1, money is USD, gains are differences between runs of the same draw with the same random seeds, intervals are at 95%.
"""
