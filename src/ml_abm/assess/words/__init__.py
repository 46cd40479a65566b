"""What do the tables say, in the words of a ministry? Sentences that change with the result, and say so where it cannot be told.

A file a subject, as in `answers`. Nothing is claimed that an interval does not allow; every number comes from the tables.
"""
