"""Frames, labels, hiding tricks, link words and declarations in two halves that share none of them.

What fails in ``first-open`` may be looked at when the engine is improved; of ``first-closed`` only the
figures are read.
"""
