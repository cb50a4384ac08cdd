"""The attacks: what Mallory tries, and what he gets for it.

What an attack gets is the close code or HTTP status of its connection, ``nothing`` if it stays
open and is ignored, ``dropped`` if it ends without a code.
"""

from __future__ import annotations

from dataclasses import dataclass

import deeds
from deeds import DEFLATE, Act, agreed, always, deflated, flood, once
from mallory import ALICE, BOB, raw, say, varint
from wire import PING, PONG, TEXT, frame, header

from jupyter_awareness.protocol import (
    SERVER_CLOCK_FLOOR,
    encode_awareness,
    encode_entry,
    encode_query,
)

FORGED = {"n": 0, "name": "Mallory"}
MANY = encode_awareness([encode_entry(2_000 + n, 1, {}) for n in range(2_000)])
LONG = encode_awareness([encode_entry(2_000 + n, 1, {"n": "x" * 16_000}) for n in range(60)])
STRANGE_KEYS = {
    "__proto__": {"polluted": 1},
    "constructor": {"prototype": {"polluted": 1}},
    "hasOwnProperty": 1,
    "toString": None,
    "": {"": []},
    "\u0000": "\u202e\u2028",
}
NO_STATES = {
    "NaN": b'{"n":NaN}',
    "Infinity": b'{"n":-Infinity}',
    "1e400": b'{"n":1e400}',
    "an integer of 5,000 digits": b'{"n":' + b"9" * 5_000 + b"}",
    "a lone surrogate": rb'{"n":"\ud800"}',
    "a lone surrogate as bytes": b'{"n":"\xed\xa0\x80"}',
    "invalid UTF-8": b'{"n":"\xff"}',
    "a number": b"5",
    "an array": b"[]",
    "two objects": b"{}{}",
    "an empty string": b"",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "objects nested 100 deep": b'{"n":' * 100 + b"1" + b"}" * 100,
}


@dataclass(frozen=True)
class Attack:
    """What Mallory tries, what he gets (one of these), and how he does it."""

    name: str
    gets: tuple[str, ...]
    act: Act


def attack(name: str, gets: str, act: Act) -> Attack:
    """One row of the table; alternatives are written ``1009 or dropped``."""
    return Attack(name, tuple(gets.split(" or ")), act)


OTHERS = (
    attack(
        "forge another's state",
        "nothing",
        once(always(say(ALICE, 2**40, FORGED) + say(BOB, 2**40, FORGED))),
    ),
    attack("evict another", "nothing", once(always(say(ALICE, 2**40, None) * 50))),
    attack("evict another in a server's name", "nothing", once(always(say(BOB, 2**53 - 1, None)))),
    attack("take over another's id on connecting", "4409", deeds.take_over),
    attack("take over another's id as a stock client", "4409", deeds.take_over_by_word),
    attack(
        "invent people",
        "nothing",
        once(lambda own: b"".join(say(n, 1, FORGED) for n in (own, 5, 6, 7))),
    ),
    attack("5,000 ids on one connection", "nothing", deeds.five_thousand_ids),
    attack("overwrite the signed identity", "nothing", deeds.overwrite_identity),
)

CLOCKS = (
    attack("a clock of 0", "nothing", once(lambda own: say(own, 0, {"n": 1}))),
    attack(
        "clocks of 2^53-1, then back",
        "nothing",
        once(lambda own: say(own, 2**53 - 1, {"n": 1}) + say(own, 1, {"n": 2})),
    ),
    attack(
        "a clock in the server's range, for another",
        "nothing",
        once(always(say(ALICE, SERVER_CLOCK_FLOOR + 2**40, FORGED))),
    ),
    attack("a clock of 2^53", "4400", once(lambda own: raw(b"{}", own, varint(2**53)))),
    attack("a clock of 2^70", "4400", once(lambda own: raw(b"{}", own, varint(2**70)))),
    attack("a client id of 2^70", "4400", once(lambda own: raw(b"{}", 2**70))),
)

STATES = (
    attack("keys of prototypes", "nothing", once(lambda own: say(own, 1, STRANGE_KEYS))),
    attack("the same key a thousand times", "nothing", once(deeds.same_key)),
    *(
        attack(f"a state that is {name}", "4400", once(deeds.state(text)))
        for name, text in NO_STATES.items()
    ),
    attack(
        "arrays nested 100,000 deep",
        "1009",
        once(lambda own: raw(b"[" * 100_000 + b"]" * 100_000, own)),
    ),
    attack(
        "a state of 5 MB", "1009 or dropped", once(lambda own: say(own, 1, {"n": "x" * 5_000_000}))
    ),
    attack("a state of 17 kB", "1009", once(lambda own: say(own, 1, {"n": "x" * 17_000}))),
)

FRAMES = (
    attack("a frame that announces 1 GB", "1009 or dropped", once(always(header(2**30)))),
    attack(
        "an update that announces 1 GB",
        "4400",
        once(always(frame(b"\x01" + varint(2**30) + b"\x01"))),
    ),
    attack(
        "an update that announces 2^50 entries",
        "1009",
        once(always(frame(b"\x01\x08" + varint(2**50)))),
    ),
    attack(
        "an integer of 320 kB",
        "4400",
        once(always(frame(b"\x01" + b"\xff" * 320_000)), always(frame(b"\xff" * 320_000))),
    ),
    attack("a frame cut at every byte", "4400", deeds.truncated),
    attack("random bytes", "4400", deeds.noise),
    attack("a text frame", "4400", once(always(frame(b"hello", TEXT)))),
    attack("a text frame that is not UTF-8", "dropped", once(always(frame(b"\xff", TEXT)))),
    attack("an empty frame", "4400", once(always(frame(b"")))),
    attack("a good entry before a bad one", "4400", once(deeds.half_good)),
    attack(
        "a message in pieces of one byte",
        "nothing",
        once(lambda own: deeds.in_pieces(encode_awareness([encode_entry(own, 1, {"n": 1})]))),
    ),
    attack("a control frame that is too long", "dropped", once(always(frame(bytes(126), PING)))),
    attack("a frame of an unknown kind", "dropped", once(always(frame(b"", 5)))),
    attack("a compressed frame", "dropped", once(always(frame(bytes(1_000), reserved=4)))),
    attack(
        "a frame that cannot be inflated",
        "dropped",
        agreed(frame(b"\xff" * 9, reserved=4), who="carol"),
    ),
    attack("50 MB, compressed to 50 kB", "1009 or dropped", agreed(deflated(bytes(50_000_000)))),
    attack("HTTP instead of frames", "dropped", deeds.not_websocket),
)

FLOODS = (
    attack("10,000 states a second", "4429", deeds.ten_thousand_states),
    attack("empty updates without end", "4429", flood(frame(b"\x01\x01\x00"))),
    attack("frames without meaning without end", "4429", flood(frame(b"\x2a"))),
    attack(
        "32 kB, compressed to 60 bytes, without end",
        "4429",
        flood(deflated(b"\x2a" + bytes(32_000)), headers=DEFLATE),
    ),
    attack("questions without end", "4429", flood(frame(encode_query()))),
    attack("updates of 2,000 foreign entries without end", "4429", flood(frame(MANY), lines=3)),
    attack("updates of 1 MB without end", "4429", flood(frame(LONG), lines=3)),
    attack("states of 16 kB on 50 connections", "nothing", deeds.large_states),
    attack("pings without end", "4429", flood(frame(b"", PING))),
    attack("pongs without end", "4429", flood(frame(b"", PONG))),
    attack(
        "a message that goes on without end",
        "4429",
        flood(frame(b"", 0, final=False), first=frame(b"\x01", final=False)),
    ),
    attack("frames after the close frame", "4400", flood(frame(b"\x2a"), first=frame(b""))),
)

MASSES = (
    attack("1,000 connections of one person", "200 x nothing, 800 x 4429", deeds.thousand_sockets),
    attack("10,000 rooms", "4429", deeds.ten_thousand_rooms),
    attack("coming and breaking off without end", "nothing", deeds.churn),
    attack("60 readers that do not read large states", "nothing", deeds.stalled),
    attack("50 frames that lack their last byte", "nothing", deeds.half_said),
    attack("200 requests that never end", "nothing", deeds.slow_handshake),
)

DOORS = (
    attack("another site's page with the victim's cookie", "403", deeds.with_a_cookie),
    attack("no token", "403", deeds.token("")),
    attack("a token of another server", "403", deeds.token("f3a1c7" * 8)),
    attack("a state by somebody who may only read", "nothing", deeds.read_only),
    attack("documents by somebody who may not read them", "4403", deeds.no_documents),
    attack("path traversal, hidden files, odd names", "4404", deeds.escapes),
    attack("an id that is none", "4400", deeds.no_ids),
)

ATTACKS = (*OTHERS, *CLOCKS, *STATES, *FRAMES, *FLOODS, *MASSES, *DOORS)
