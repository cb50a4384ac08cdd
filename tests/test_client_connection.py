"""What a client does while it is connected, and after its connection ended, by how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sockets
from doors import ALICE, DEADLINE, LIMITS, Door, Visitor

from jupyter_awareness import AwarenessClient
from jupyter_awareness.client import ClientError, ClientRoom, Connection, Denied, Unreachable
from jupyter_awareness.client import channel as channel_module
from jupyter_awareness.client import line as line_module
from jupyter_awareness.client.reconnect import Reaction
from jupyter_awareness.protocol import ProtocolError

BOB = {"user": {"username": "bob"}, "n": 1}


@pytest.fixture
def door(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Door]:
    async def make() -> Door:
        return Door()

    opened = jp_asyncio_loop.run_until_complete(make())
    yield opened
    jp_asyncio_loop.run_until_complete(opened.close())


@pytest.fixture(autouse=True)
def _nothing_is_left(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """No test may leave a task of the client behind."""
    yield
    # Who hangs up while connecting waits for the end of that.
    jp_asyncio_loop.run_until_complete(
        sockets.until(lambda: not sockets.tasks_of_clients(jp_asyncio_loop))
    )


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Reaction]]:
    """The waits before connecting again: the attempt, and why; none takes any time."""
    noted: list[tuple[int, Reaction]] = []

    def delay(attempt: int, why: Reaction, chance: float) -> float:
        assert 0 <= chance < 1
        noted.append((attempt, why))
        return 0

    monkeypatch.setattr(channel_module, "delay", delay)
    return noted


@asynccontextmanager
async def client_of(door: Door, **options: Any) -> AsyncIterator[AwarenessClient]:
    async with AwarenessClient(door.url, "token", lobby=False, **options) as client:
        yield client


async def joined(
    client: AwarenessClient, door: Door, *states: Any, room: str = "topic:x"
) -> tuple[ClientRoom, Visitor]:
    """Join, with these others there."""
    joining = asyncio.ensure_future(client.join(room))
    visitor = await door.visitor()
    visitor.greet(*states)
    return await asyncio.wait_for(joining, DEADLINE), visitor


async def until(room: ClientRoom, condition: Callable[[Connection], bool]) -> Connection:
    """Wait for the way to a room to be as it should."""
    reached = asyncio.Event()
    end = room.observe_connection(lambda it: reached.set() if condition(it) else None)
    if not condition(room.connection):
        await asyncio.wait_for(reached.wait(), DEADLINE)
    end()
    return room.connection


# Coming back


async def cut(visitor: Visitor) -> None:
    visitor.cut()


def closing(code: int, reason: str = "Why.") -> Any:
    async def close(visitor: Visitor) -> None:
        visitor.close(code, reason)

    return close


@pytest.mark.parametrize(
    "end", [closing(1001), closing(1011), closing(1000), cut], ids=["1001", "1011", "1000", "cut"]
)
async def test_it_comes_back_with_what_it_showed_under_the_same_id(door: Door, end: Any) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door)
        room.set("a", 1)
        said = await first.hears()
        while said.state is not None and "a" not in said.state:
            said = await first.hears()
        kinds: list[str] = []
        room.observe_connection(lambda connection: kinds.append(connection.kind))
        await end(first)
        again = await door.visitor()
        assert again.client == first.client == said.client_id == room.client_id
        again.greet()
        repeated = await again.hears()
        assert repeated.state == said.state == {"kind": "agent", "status": "active", "a": 1}
        assert repeated.clock > said.clock
        assert kinds == ["reconnecting", "connected"]


async def test_the_snapshot_after_coming_back_is_all_that_counts(door: Door) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door, (7, BOB), (8, BOB))
        assert [peer.id for peer in room] == [7, 8]
        changes = room.changes()
        first.cut()
        assert [peer.id for peer in room.peers] == [7, 8]  # the last known
        (await door.visitor()).greet((8, {**BOB, "n": 2}), (9, BOB))
        change = await asyncio.wait_for(anext(changes), DEADLINE)
        assert [peer.id for peer in change.added] == [9]
        assert [(peer.id, peer.state["n"]) for peer in change.updated] == [(8, 2)]
        assert [peer.id for peer in change.removed] == [7]
        assert sorted(room.awareness.states) == sorted([8, 9, room.client_id])


async def test_it_asks_again_who_it_is_for_the_server_may_have_forgotten(door: Door) -> None:
    door.knows(ALICE, ("Set-Cookie", "login=first; Path=/"))
    async with client_of(door) as client:
        _, first = await joined(client, door)
        door.knows(ALICE, ("Set-Cookie", "login=second; Path=/"))
        first.close(1001)
        again = await door.visitor()
        again.greet()
        assert [request.headers.get("Cookie") for request in door.requests] == [None, "login=first"]
        assert again.request.headers["Cookie"] == "login=second"
        assert again.request.headers["Authorization"] == "token token"


async def test_the_waits_grow_until_a_connection_held(
    door: Door, waits: list[tuple[int, Reaction]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_of(door) as client:
        _, visitor = await joined(client, door)
        for _ in range(3):
            visitor.cut()
            visitor = await door.visitor()
            visitor.greet()
        monkeypatch.setattr(channel_module, "STEADY", 0)
        await visitor.hears()
        visitor.cut()
        await door.visitor()
    assert waits == [(attempt, Reaction.RETRY) for attempt in (0, 1, 2, 0)]


async def test_an_id_that_belongs_to_somebody_else_is_changed(
    door: Door, waits: list[tuple[int, Reaction]]
) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door, (7, BOB))
        room.set("a", 1)
        while "a" not in ((await first.hears()).state or {}):
            pass
        first.close(4409, "That client id belongs to somebody else.")
        again = await door.visitor()
        assert again.client == room.client_id != first.client
        again.greet((7, BOB))
        said = await again.hears()
        assert (said.client_id, said.state) == (room.client_id, room.awareness.get_local_state())
        assert set(room.awareness.states) == {7, room.client_id}
        assert [peer.id for peer in room] == [7]
    assert waits == [(0, Reaction.RENAME)]


async def test_who_was_too_fast_waits(door: Door, waits: list[tuple[int, Reaction]]) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door)
        first.close(4429, "You send more frames a second than is allowed.")
        (await door.visitor()).greet()
        await until(room, lambda it: it.kind == "connected")
    assert waits == [(0, Reaction.SLOW)]


async def test_a_server_that_is_starting_again_is_waited_for(
    door: Door, waits: list[tuple[int, Reaction]]
) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door)
        door.refusal = 503
        first.close(1001)
        pending = await until(room, lambda it: it.code == 503)
        assert pending.kind == "reconnecting"
        door.refusal = None
        (await door.visitor()).greet()
        await until(room, lambda it: it.kind == "connected")
    assert [why for _, why in waits] == [Reaction.RETRY] * len(waits)


async def test_a_server_that_is_not_there_is_waited_for(door: Door) -> None:
    async with client_of(door) as client:
        room, first = await joined(client, door)
        door.me = (502, (), "")
        first.close(1001)
        await until(room, lambda it: it.code == 502)
        door.knows(ALICE)
        (await door.visitor()).greet()
        await until(room, lambda it: it.kind == "connected")


# Ends


@pytest.mark.parametrize("code", [4400, 4403, 4404, 1009])
async def test_a_refusal_for_good_is_told_and_ends_all(door: Door, code: int) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door, (7, BOB))
        changes = room.changes()
        visitor.close(code, "Not any more.")
        off = await until(room, lambda it: it.kind == "off")
        assert off == Connection("off", code, "Not any more.")
        with pytest.raises(Denied, match=r"^Not any more\.$") as denied:
            await asyncio.wait_for(anext(changes), DEADLINE)
        assert denied.value.code == code
        with pytest.raises(Denied):
            await anext(room.changes())
        # What one shows is kept, should one join again.
        room.set("a", 1)
        again, _ = await joined(client, door)
        assert again is not room
        assert client.rooms == (again,)


@pytest.mark.parametrize("code", [4403, 4404])
async def test_a_refused_room_is_not_joined(door: Door, code: int) -> None:
    async with client_of(door) as client:
        joining = asyncio.ensure_future(client.join("document:secret.ipynb"))
        (await door.visitor()).close(code, "There is no such document.")
        with pytest.raises(Denied, match="There is no such document"):
            await asyncio.wait_for(joining, DEADLINE)
        assert client.rooms == ()


async def test_a_server_without_the_extension_is_named(door: Door) -> None:
    door.refusal = 404
    async with client_of(door) as client:
        with pytest.raises(Denied, match="has no jupyter_awareness, or it is not enabled"):
            await client.join("lobby")


async def test_a_server_that_says_nothing_is_given_up(door: Door) -> None:
    async with client_of(door) as client:
        with pytest.raises(Unreachable, match="no answer"):
            await client.join("lobby", timeout=0.1)
        assert client.rooms == ()
        assert await (await door.visitor()).ended() == 1000


async def test_a_join_that_is_cancelled_leaves_nothing(door: Door) -> None:
    async with client_of(door) as client:
        joining = asyncio.ensure_future(client.join("lobby"))
        visitor = await door.visitor()
        joining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await joining
        assert await visitor.ended() == 1000
        assert client.rooms == ()


async def test_leaving_says_goodbye_and_ends_the_loops(door: Door) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        changes = room.changes()
        await asyncio.gather(room.leave(), room.leave())
        assert await visitor.ended() == 1000
        with pytest.raises(StopAsyncIteration):
            await anext(changes)
        assert room.connection == Connection("off")


async def test_whoever_is_cancelled_while_leaving_is_cancelled_and_has_left(door: Door) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        leaving = asyncio.ensure_future(room.leave())
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert (room.connection.kind, client.rooms) == ("off", ())
        assert await visitor.ended() == 1000


async def test_leaving_while_it_waits_to_connect_again_ends_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "delay", lambda *_: 3_600)
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        visitor.cut()
        await until(room, lambda it: it.kind == "reconnecting")


# What a server must not say


@pytest.mark.parametrize("frame", [b"", b"\x01\x05", b"\x6e\x02[]", "text", b"\x01\x01\x02\x00"])
async def test_a_server_that_talks_nonsense_is_hung_up_on_and_tried_again(
    door: Door, frame: bytes | str
) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door, (7, BOB))
        visitor.write_message(frame, binary=isinstance(frame, bytes))
        assert await visitor.ended() == 1002
        (await door.visitor()).greet((7, BOB))
        await until(room, lambda it: it.kind == "connected")
        assert [peer.id for peer in room] == [7]


@pytest.mark.parametrize(
    "hello", [{"limits": None}, {"limits": {"state_bytes": "many"}}, {"user": {"username": 5}}]
)
async def test_a_hello_that_leaves_something_out_is_one(door: Door, hello: Any) -> None:
    async with client_of(door) as client:
        joining = asyncio.ensure_future(client.join("lobby"))
        (await door.visitor()).greet(**hello)
        room = await asyncio.wait_for(joining, DEADLINE)
        assert room.connection.kind == "connected"


async def test_what_peers_say_of_themselves_is_not_trusted(door: Door) -> None:
    async with client_of(door) as client:
        odd = {"user": {"username": "eve", "color": "red;x"}, "cursor": {"position": "no"}}
        room, _ = await joined(client, door, (7, odd), (8, {"user": None}), (9, {}))
        (peer,) = room.peers
        assert (peer.id, peer.user.username, peer.cursor) == (7, "eve", None)
        assert peer.user.color == "#767676"


async def test_a_server_whose_clock_was_set_back_is_believed(door: Door) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door, (7, BOB))
        changes = room.changes()
        visitor.tell((7, {**BOB, "n": 2}), clock=0)
        change = await asyncio.wait_for(anext(changes), DEADLINE)
        assert change.updated[0].state["n"] == 2


# What one says


async def test_what_follows_quickly_is_gathered_and_the_last_is_not_lost(door: Door) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        await visitor.hears()
        for n in range(1_000):
            room.set("n", n)
            if n % 100 == 0:
                await asyncio.sleep(0)
        heard = [(await visitor.hears()).state]
        while heard[-1] is None or heard[-1].get("n") != 999:
            heard.append((await visitor.hears()).state)
        assert len(heard) <= 3


async def test_the_pace_is_the_one_that_the_server_allows(door: Door) -> None:
    async with client_of(door) as client:
        joining = asyncio.ensure_future(client.join("lobby"))
        (await door.visitor()).greet(limits={**LIMITS, "updates_per_second": 10})
        room = await joining
        throttle = room._membership.channel._throttle
        assert throttle.interval == pytest.approx(0.125)


async def test_what_the_server_would_not_take_is_not_said(door: Door) -> None:
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        first = (await visitor.hears()).state
        with pytest.raises(ProtocolError, match="the server takes 2000"):
            room.set("a", "x" * 3_000)
        with pytest.raises(ProtocolError):
            room.set("a", float("nan"))
        assert room.awareness.get_local_state() == first


async def test_who_only_looks_says_nothing(door: Door) -> None:
    async with client_of(door, visible=False) as client:
        room, visitor = await joined(client, door, (7, BOB))
        client.set_status("idle")
        for say in (lambda: room.set("a", 1), lambda: room.move(position=1)):
            with pytest.raises(ClientError, match="not shown"):
                say()
        assert [peer.id for peer in room] == [7]
        await room.leave()
        await visitor.ended()
        assert visitor.said.empty()


async def test_a_callback_that_raises_harms_nobody(
    door: Door, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> None:
    reported: list[Any] = []
    jp_asyncio_loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        told: list[Any] = []
        room.observe(lambda change: 1 / 0)
        room.observe(told.append)
        room.awareness.observe(lambda topic, event: 1 / 0)  # type: ignore[arg-type]
        changes = room.changes()
        visitor.tell((7, BOB))
        await asyncio.wait_for(anext(changes), DEADLINE)
        assert [peer.id for change in told for peer in change.added] == [7]
        assert room.connection.kind == "connected"
    jp_asyncio_loop.set_exception_handler(None)
    assert len(reported) == 2


async def test_a_server_that_does_not_answer_pings_is_left(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "PING_INTERVAL", 0.1)
    async with client_of(door) as client:
        room, visitor = await joined(client, door)
        protocol = visitor.ws_connection
        assert protocol is not None
        monkeypatch.setattr(protocol, "_handle_message", lambda opcode, data: None)
        again = await door.visitor()
        again.greet()
        await until(room, lambda it: it.kind == "connected")
        assert again is not visitor
