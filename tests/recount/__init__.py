"""A recount of every statistic in plain Python, from the rows of the files and the published definitions only.

It imports nothing of the app, so that it can only agree with it by being right.
"""
