"""Further kinds in two halves: longer pages, more ways to hide and to link, photographed licences.

Written without a look at the detectors. What fails in ``second-open`` may be looked at; of ``second-closed``
only the figures are read.
"""
