"""The web console 监测台: what officers plan and watch, and what analysts decide.

Routers are thin, services typed; pages are rendered on the server and work without JavaScript. May import:
every room but netsword and scheduler.
"""
