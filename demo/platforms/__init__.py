"""Platforms 平台: each module shows one market as one web site.

A module ``demo.platforms.NAME`` gives a class ``Site`` that keeps to ``demo.platforms.base.Platform``. It
says nothing about the world: facts come from the market, trouble from the fault plan.
"""
