"""The two families of failure: what a person can mend, and what is our bug."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can understand and mend.

    It is shown as it stands, so both parts are whole sentences. Every other exception is a bug of
    ours: logged with its traceback and shown once.
    """

    def __init__(self, what: str, remedy: str = "", *, details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()
