"""An SSM client in memory, for the calls that `chalicelib/store/secrets.py` makes.

Answers for: versions numbered from 1 on and the newest 100 kept; a put without overwriting failing where there is a parameter.
Refuses: every other call and parameter (NotImitated), and a secret that is not decrypted.
Source: AWS Systems Manager user guide, "Working with parameter versions".
"""

from typing import Any

from locallove.faults.client import Around, Client, Clock, NotImitated, Refused, invalid, plainly

MAX_BYTES = 4096
KEPT_VERSIONS = 100

_PUT = frozenset({"Name", "Overwrite", "Type", "Value"})
_GET = frozenset({"Name", "WithDecryption"})


class Parameters(Client):
    """Parameters by name. `clock` gives milliseconds; `around` stands around every call."""

    errors = ("ParameterAlreadyExists", "ParameterNotFound", "ParameterVersionNotFound")

    def __init__(self, clock: Clock, around: Around = plainly) -> None:
        super().__init__(clock, around)
        self._versions: dict[str, list[str]] = {}

    def put_parameter(self, **asked: Any) -> dict[str, Any]:
        """Put a version, as PutParameter. Raises: ClientError, NotImitated."""
        return self._call("PutParameter", asked, _PUT, self._put)

    def get_parameter(self, **asked: Any) -> dict[str, Any]:
        """A version (`name:number`), else the newest, as GetParameter. Raises: ClientError, NotImitated."""
        return self._call("GetParameter", asked, _GET, self._get)

    def _put(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["Type"] != "SecureString":
            raise NotImitated(f"a parameter of type {asked['Type']}")
        if not 1 <= len(asked["Value"].encode()) <= MAX_BYTES:
            raise invalid(f"Standard tier parameters support a maximum parameter value of {MAX_BYTES} characters.")
        versions = self._versions.setdefault(asked["Name"], [])
        if versions and not asked.get("Overwrite", False):
            raise Refused("ParameterAlreadyExists", "The parameter already exists.")
        versions.append(asked["Value"])
        return {"Version": len(versions), "Tier": "Standard"}

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not asked.get("WithDecryption"):
            raise NotImitated("a secret that is not decrypted")
        name, _, wanted = asked["Name"].partition(":")
        versions = self._versions.get(name)
        if not versions:
            raise Refused("ParameterNotFound", f"Parameter {name} not found.")
        number = int(wanted or len(versions))
        if not max(1, len(versions) - KEPT_VERSIONS + 1) <= number <= len(versions):
            raise Refused("ParameterVersionNotFound", f"Systems Manager could not find version {wanted} of {name}.")
        return {"Parameter": {"Name": name, "Type": "SecureString", "Value": versions[number - 1], "Version": number}}
