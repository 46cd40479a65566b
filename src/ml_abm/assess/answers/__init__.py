"""What do the runs say, as tables? A file a subject; words and figures are made from these and from nothing else.

Shares are 0..1, money is USD, gains are differences between runs of the same draw with the same luck, intervals are at 95%.
"""
