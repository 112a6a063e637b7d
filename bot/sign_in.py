"""Who may use the server: a user and a password, or the password's hash, out of one setting."""

import hashlib
import hmac
import re
from dataclasses import dataclass

SCHEME = "scrypt"
FEWEST = 8
"""Characters of a password."""

_HASHED = re.compile(rf"{SCHEME}\$([0-9a-f]{{32}})\$([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True, repr=False)
class SignIn:
    """A user and what the password is checked against."""

    user: str
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, value: str) -> "SignIn":
        """From `user:password` or `user:scrypt$salt$hash`. Raises `ValueError`, whose text has nothing of the value."""
        user, colon, password = value.partition(":")
        if not colon or not user.strip() or not user.isprintable():
            raise ValueError("write it as user:password")
        if password.startswith(f"{SCHEME}$"):
            found = _HASHED.fullmatch(password)
            if not found:
                raise ValueError("the hash is none: make it with python -m ui.sign_in USER")
            return cls(user, bytes.fromhex(found[1]), bytes.fromhex(found[2]))
        if len(password) < FEWEST:
            raise ValueError(f"the password has fewer than {FEWEST} characters")
        return cls(user, b"", password.encode())

    def accepts(self, password: str, user: str | None) -> bool:
        """Whether a password, and a user where one is given, are right. It takes as long for a wrong one."""
        given = scrypt(password, self.salt) if self.salt else password.encode(errors="replace")
        right = hmac.compare_digest(given, self.digest)
        named = hmac.compare_digest((self.user if user is None else user).encode(errors="replace"), self.user.encode())
        return right and named


def scrypt(password: str, salt: bytes) -> bytes:
    """The slow hash of a password."""
    return hashlib.scrypt(password.encode(errors="replace"), salt=salt, n=2**14, r=8, p=1, dklen=32)
