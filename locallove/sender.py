"""What a platform sends through: immutable batches, signed anew for each attempt, until there is a final answer.

Answers for: everything a sender must do by the contract, with the standard library and msgspec. Refuses: AWS libraries, files.

    from locallove.sender import Kit, Reaction, Unanswered

    with Kit("https://…", secret, "kumamoto-2023") as kit:
        kit.add(Reaction(id="7309365", kind="like", at="2023-02-11T19:00:03.120+09:00", user="u1", market="JP", count=15))

- `Kit` takes reactions from any thread, cuts batches by size and age, and sends them; `Sender` posts one batch and waits;
  `batches` only cuts, by size, so that equal reactions make equal batches.
- **Under a retry** the same text goes out under the same id with a new timestamp and signature. The id comes from the text, so a
  batch that was stored is answered with its first receipt and counted once, whoever sends it again and however often.
- **200, 202, 400, 409, 413, 415 and 422 are final.** Everything else, silence too, is tried again after a wait that doubles, has
  a random part and is never shorter than Retry-After. A batch that has no final answer when patience ends is *given up*: nobody
  knows whether it is stored, so its reactions must never go into another batch. Keep `batch.text`; `kit.send(Batch.of(text))`
  sends the very same batch again, in another process too.
- **When reactions come faster than answers**, `add` waits, or raises `Full` after its time-out; nothing is dropped.
- **After a crash** what was in memory is gone: reactions in the open batch, and batches without an answer. The kit writes no
  file. A sender that must survive that keeps its own outbox: cut with `batches`, write each `batch.text` down, hand the batch to
  `kit.send`, and strike it out in `on_outcome` when there is an answer; after a crash, send `Batch.of` each text that is left.
  Adding the same reactions to a new kit instead would cut other batches, and what was stored would be counted twice.
"""

from chalicelib.domain.batches import Receipt
from chalicelib.domain.reactions import Reaction
from locallove.kit.batches import Batch, batches
from locallove.kit.kit import Kit, Unanswered
from locallove.kit.patience import PERSISTENT, Patience, Watch
from locallove.kit.posting import Answer, GaveUp, Sender
from locallove.kit.report import Outcome, Report
from locallove.kit.signing import key_of, signature
from locallove.kit.waiting import Closed, Full

__all__ = [
    "PERSISTENT",
    "Answer",
    "Batch",
    "Closed",
    "Full",
    "GaveUp",
    "Kit",
    "Outcome",
    "Patience",
    "Reaction",
    "Receipt",
    "Report",
    "Sender",
    "Unanswered",
    "Watch",
    "batches",
    "key_of",
    "signature",
]
