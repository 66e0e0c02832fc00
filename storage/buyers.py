"""Buyers' accounts 买家账号 without who they are: a salted hash takes the place of the platform's id.

The same account gives the same hash within one store, so that reviews by one hand can be told; without the
salt a hash leads back to nobody (去标识化, 个人信息保护法 第五十一条（三）、第七十三条（三）).
"""

from __future__ import annotations

import secrets
from hashlib import blake2b

from pymongo import ReturnDocument
from pymongo.database import Database

from storage.codec import Document, clean

_SALT_BYTES = 32
_DIGEST_BYTES = 12


def kept_salt(database: Database[Document]) -> str:
    """The store's own salt: random, made when the store is first opened, and never changed."""
    kept: Document | None = database["meta"].find_one_and_update(
        {"_id": "buyers"},
        {"$setOnInsert": {"salt": secrets.token_hex(_SALT_BYTES)}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    return str((kept or {})["salt"])


def hashed_account(platform: str, account: str, salt: str) -> str:
    """``platform:hash`` of an account; "" stays "".

    >>> hashed_account("p", "42", "s") == hashed_account("p", "42", "s") != hashed_account("p", "42", "t")
    True
    """
    if not account:
        return ""
    key = blake2b(salt.encode("utf-8", "replace"), digest_size=_SALT_BYTES).digest()
    text = f"{platform}\x1f{clean(account)}".encode("utf-8", "replace")
    return f"{clean(platform)}:{blake2b(text, key=key, digest_size=_DIGEST_BYTES).hexdigest()}"
