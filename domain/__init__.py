"""The shared words: listing, shop, review, observation, snapshot, finding, sweep, target, lead, decision.

What lives here: frozen dataclasses for what the program makes, pydantic models for what people write, the
deterministic identities of both, and the error tree. May import: nothing of ours, and nothing that touches a
file, a clock, a socket or a database.
"""
