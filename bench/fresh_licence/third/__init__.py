"""Twenty-six frames with displays, tricks, links and pictures of their own.

Written without a look at the detectors. The first figure was a blind one; since then the set is tuned on.
"""
