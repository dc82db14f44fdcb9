"""Where an engine is known to differ from what AWS documents: the behaviour, the engine, and what it does instead.

The tests expect exactly this, so a difference that goes away is noticed too. `docs/reliability.md` states each with its reason.
"""

from typing import Any

DIFFERENCES: dict[tuple[str, str], Any] = {
    ("an upsert's records", "moto"): ["INSERT", "INSERT"],
    ("records of a put that changes nothing", "moto"): ["INSERT", "MODIFY"],
    ("records of an update that changes nothing", "moto"): ["INSERT", "INSERT", "MODIFY", "MODIFY"],
    ("a number's form", "moto"): ["007", "1.50", "1e3", "-0"],
    ("a number of more than 38 digits", "moto"): "done",
    ("a sum of more than 38 digits", "moto"): "done",
    ("an order of two types", "moto"): "TypeError",
    ("an order of truth values", "moto"): "ConditionalCheckFailedException",
    ("an attribute compared with itself", "moto"): "done",
    ("a name that is not given", "moto"): "KeyError",
    ("a value that is not given", "moto"): "KeyError",
    ("a value that is not used", "moto"): "done",
    ("a reserved word as a name", "stand-in"): "done",
    ("an item of 400 KB", "moto"): "ValidationException",
    ("a read by a key that no item can have", "moto"): ["done", "done", "done"],
    ("an update of 167 operators", "moto"): "RecursionError",
    ("an update of 300 operators", "moto"): "RecursionError",
    ("an update of 301 operators", "moto"): "RecursionError",
    ("an update of 301 operators", "DynamoDB Local"): "done",
    ("items of 10,000 bytes on a page of 1 MB", "moto"): 100,
    ("pages of a query that filters", "DynamoDB Local"): [["00119"]],
    ("a limit that ends with the last item", "moto"): [4],
    ("a query that filters by its key", "moto"): "done",
    ("a limit of 0", "moto"): "IndexError",
    ("a transaction that writes nothing", "moto"): "done",
    ("a transaction sent twice by one token", "moto"): "TransactionCanceledException",
    ("a sequence number that begins with zeros", "DynamoDB Local"): True,
}
