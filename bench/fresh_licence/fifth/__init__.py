"""Long, busy shop and company pages as Chinese platforms and site builders make them; blind.

Three in five are innocent, few are tricky: what is measured is above all how often the innocent are accused.
Written without a look at the detectors or at the pages of the other sets. Only totals are printed: which page
fails is not to be known, so that nothing is tuned on it.
"""
