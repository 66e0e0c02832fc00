"""What is remembered: one repository per collection of MongoDB, the frontier, and the embedded server.

The only room that speaks to MongoDB; others get repositories from ``storage.store.open_store``. May import:
domain. Every fault of the database leaves this room as ``StorageError``.
"""
