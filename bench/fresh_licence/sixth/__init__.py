"""Shop home pages, licence pages, company sites, small programs and telephone pages of its own.

The kinds of cases of the labelled licence set in about its shares, a little harder; more than half are
innocent, and tempt an accusation. Written without a look at the detectors or at the pages of the other sets.
The first figures were blind ones; since then the set is tuned on.
"""
