"""Twenty-four frames, wordings and names of their own, independent of the third set.

Written without a look at the detectors. The first figures were blind ones; since then the set is tuned on.
"""
