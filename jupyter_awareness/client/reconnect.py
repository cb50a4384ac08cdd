"""What a client does after its connection ended: by the close code, and how long it waits.

Ground floor: pure; chance is an argument.
"""

from __future__ import annotations

from enum import Enum

from ..protocol import CloseCode

__all__ = ["LOST", "Reaction", "delay", "reaction"]

LOST = 1006  # RFC 6455, 7.4.1: the connection ended without a close frame

BASE = 0.25  # seconds
CAP = 10.0
SLOW = 5.0  # the least wait after the server found us too fast


class Reaction(Enum):
    """STOP: trying again cannot help; RENAME: again, under another client id; SLOW: not soon."""

    STOP = "stop"
    RENAME = "rename"
    SLOW = "slow"
    RETRY = "retry"


_REACTIONS = {
    CloseCode.TOO_LARGE: Reaction.STOP,
    CloseCode.BAD_FRAME: Reaction.STOP,
    CloseCode.NOT_ALLOWED: Reaction.STOP,
    CloseCode.NO_DOCUMENT: Reaction.STOP,
    CloseCode.ID_TAKEN: Reaction.RENAME,
    CloseCode.TOO_MUCH: Reaction.SLOW,
    401: Reaction.STOP,
    403: Reaction.STOP,
}


def reaction(code: int, known: bool) -> Reaction:
    """What to do after a connection ended with this close code or HTTP status.

    Args:
        known: this connection was open before. A server that never was may lack this extension
            (404) or send us to a login page (3xx); one that was is probably restarting behind
            its proxy.
    """
    if 300 <= code < 500 and code not in (401, 403, 408, 425, 429):
        return Reaction.RETRY if known else Reaction.STOP
    return _REACTIONS.get(code, Reaction.RETRY)


def delay(attempt: int, why: Reaction, chance: float) -> float:
    """Seconds to wait: full jitter, so that a restarted server's clients do not come all at once.

    Args:
        attempt: counts from 0 since a connection last held.
        why: the reaction to how the last one ended.
        chance: in [0, 1).
    """
    if why is Reaction.RENAME and attempt == 0:
        return 0.0
    wait = chance * min(CAP, BASE * 2.0 ** min(attempt, 16))
    return SLOW + wait if why is Reaction.SLOW else wait
