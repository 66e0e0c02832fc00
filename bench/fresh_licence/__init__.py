"""Invented licence pages 亮照 in sets, each written once from the rules of the labelled licence set.

``python -m bench.fresh_licence SET`` prints the figures of a set, ``all`` one table. A set is one module or
folder here with its data in ``bench/data/fresh_licence``, registered in ``sets``. Truth follows from how a
case is made.
"""
