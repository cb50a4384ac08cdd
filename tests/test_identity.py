"""What a peer may claim, what the server signs, and which colour a person gets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.identity import (
    LONGEST_NAME,
    LONGEST_URL,
    PALETTE,
    Colors,
    Policy,
    User,
    initials,
    is_color,
    look_of,
    sign,
    user_from_model,
    username_of,
)
from jupyter_awareness.privacy import CURSORS, PLACES
from jupyter_awareness.protocol import State, encode_state

ALICE = User(
    username="alice",
    name="Alice Example",
    display_name="Alice",
    initials="AE",
    avatar_url=None,
    color=PALETTE[0],
)
OPEN = Policy()
ENTERED = {"a", "a.ipynb"}  # documents that Alice was let into


def signed(claimed: dict[str, Any], policy: Policy = OPEN) -> dict[str, Any]:
    state = sign(claimed, ALICE, policy, ENTERED)
    assert state is not None
    return state


# The palette


def luminance(color: str) -> float:
    """Compute the relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# What JupyterLab's light and dark themes put behind panels and cells.
GROUNDS = ("#ffffff", "#f5f5f5", "#212121", "#111111")


@pytest.mark.parametrize("color", PALETTE)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_colour_stands_out_in_both_themes(color: str, ground: str) -> None:
    assert is_color(color)
    darker, lighter = sorted((luminance(color), luminance(ground)))
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_the_palette_has_twelve_different_colours() -> None:
    assert len(set(PALETTE)) == 12


@pytest.mark.parametrize("value", ["#1a73e8", "#FFFFFF"])
def test_a_colour_is_written_as_six_hexadecimal_digits(value: str) -> None:
    assert is_color(value)


@pytest.mark.parametrize(
    "value",
    ["red", "#fff", "#12345g", "1a73e8", "#1a73e8ff", "#1a73e8\n", " #1a73e8", "", None, 1, []],
)
def test_nothing_else_is_a_colour(value: object) -> None:
    assert not is_color(value)


# Initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("Maria del Carmen Ruiz", "MR"),
        ("jean-luc.picard", "JP"),
        ("dev_user", "DU"),
        ("\u00e9mile", "\u00c9"),
        ("\u674e \u5c0f\u9f99", "\u674e\u5c0f"),
        ("Ada (Countess)", "A"),
        ("42", "4"),
        ("  ", "?"),
        ("", "?"),
        ("\U0001f600", "?"),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


# The identity model, completed


def test_a_whole_identity_model_is_kept() -> None:
    model = {
        "username": "alice",
        "name": "Alice Example",
        "display_name": "Alice",
        "initials": "AX",
        "avatar_url": "https://example.org/alice.png",
        "color": "var(--jp-collaborator-color1)",
    }
    assert user_from_model(model, "#123456") == {**model, "color": "#123456"}


def test_a_username_is_enough() -> None:
    assert user_from_model({"username": "ada.lovelace"}, PALETTE[1]) == {
        "username": "ada.lovelace",
        "name": "ada.lovelace",
        "display_name": "ada.lovelace",
        "initials": "AL",
        "avatar_url": None,
        "color": PALETTE[1],
    }


def test_a_name_is_also_the_name_to_display() -> None:
    user = user_from_model({"username": "al", "name": "Ada Lovelace", "initials": None}, "#123456")
    assert (user["display_name"], user["initials"]) == ("Ada Lovelace", "AL")


def test_no_name_fills_the_screen() -> None:
    model = {"username": "u" * 5_000, "display_name": "d" * 5_000, "initials": "i" * 50}
    user = user_from_model(model, "#123456")
    assert len(user["username"]) == 5_000  # it says who somebody is, so it is not cut
    assert len(user["name"]) == len(user["display_name"]) == LONGEST_NAME
    assert user["initials"] == "iiii"


@pytest.mark.parametrize(
    "url", [None, "", 7, {"href": "x"}, "data:image/png;base64," + "A" * LONGEST_URL]
)
def test_an_address_of_a_picture_that_cannot_be_sent_is_none(url: object) -> None:
    model = {"username": "alice", "avatar_url": url}
    assert user_from_model(model, "#123456")["avatar_url"] is None


def test_the_longest_address_of_a_picture_is_kept() -> None:
    url = "/" + "a" * (LONGEST_URL - 1)
    assert user_from_model({"username": "alice", "avatar_url": url}, "#123456")["avatar_url"] == url


def test_whoever_an_identity_provider_names_can_be_sent() -> None:
    broken = "half \ud83d pair"
    fields = ("username", "name", "display_name", "initials", "avatar_url")
    model = dict.fromkeys(fields, broken)
    user = user_from_model(model, "#123456")
    assert encode_state(dict(user))
    assert user["username"] == username_of(model) == "half ? pair"


def test_names_that_are_no_text_are_left_out() -> None:
    user = user_from_model({"username": 17, "name": 4, "display_name": ["x"]}, "#123456")
    assert (user["username"], user["name"], user["display_name"]) == ("17", "17", "17")


# Signing


@pytest.mark.parametrize("user", [None, "bob", {"username": "bob", "name": "Bob"}, [], 5])
def test_identity_is_the_servers_to_say(user: object) -> None:
    assert signed({"user": user})["user"] == ALICE


def test_a_client_chooses_a_colour_from_the_palette() -> None:
    claimed = {"user": {"username": "bob", "color": PALETTE[5]}}
    assert signed(claimed)["user"] == {**ALICE, "color": PALETTE[5]}
    assert ALICE["color"] == PALETTE[0]


@pytest.mark.parametrize("color", ["#123456", "red", PALETTE[5].upper(), None, 5, [PALETTE[5]], {}])
def test_any_other_colour_is_refused(color: object) -> None:
    assert signed({"user": {"color": color}})["user"] == ALICE


@pytest.mark.parametrize("kind", [None, "person", "robot", 1, ["agent"], {}])
def test_whoever_does_not_say_agent_is_a_person(kind: object) -> None:
    assert signed({"kind": kind})["kind"] == "person"
    assert signed({})["kind"] == "person"


def test_an_agent_says_so() -> None:
    assert signed({"kind": "agent"})["kind"] == "agent"


@pytest.mark.parametrize("status", ["active", "idle", "away"])
def test_a_status_is_relayed(status: str) -> None:
    assert signed({"status": status})["status"] == status


@pytest.mark.parametrize("status", ["busy", "", None, 1, ["idle"], {"idle": 1}])
def test_a_status_that_there_is_not_is_active(status: object) -> None:
    assert signed({"status": status})["status"] == "active"


def test_fields_that_mean_nothing_here_are_relayed_untouched() -> None:
    other = {"x": [1, {"y": None}], "cursor": {"position": 1}, "location": {"path": "a"}}
    assert other.items() <= signed(dict(other)).items()


def test_what_was_claimed_stays_as_it_was() -> None:
    claimed = {"user": {"color": PALETTE[3]}, "kind": "x", "location": {"path": "a"}}
    before = {"user": {"color": PALETTE[3]}, "kind": "x", "location": {"path": "a"}}
    sign(claimed, ALICE, Policy(share_locations="never"), ENTERED)
    sign(claimed, ALICE, OPEN, set())
    assert claimed == before


EVERYTHING = {
    "location": {"path": "a.ipynb", "cell": "c"},
    "open": [{"path": "a.ipynb", "dirty": True}],
    "cell": {"id": "c", "index": 0, "mode": "edit"},
    "cursor": {"position": 1, "anchor": 1},
    "cursors": [],
    "document": {"dirty": True, "saved": None},
    "activity": "typing",
    "view": {"first": {"index": 0}, "last": {"index": 1}},
    "call": {"at": 5, "path": "a.ipynb"},
}
VOUCHED = {"user", "kind", "status"}
WISH = {"location": False, "cursor": False}


def test_a_deployment_can_keep_places_to_itself() -> None:
    policy = Policy(share_locations="never")
    assert set(signed(EVERYTHING, policy)) == set(EVERYTHING) - PLACES - CURSORS | VOUCHED
    shared = {**EVERYTHING, "privacy": {"location": True, "cursor": True}}
    assert set(signed(shared, policy)) == set(EVERYTHING) - PLACES - CURSORS | VOUCHED
    policy = Policy(share_locations="never", share_cursors="always")
    assert set(signed(EVERYTHING, policy)) == set(EVERYTHING) - PLACES | VOUCHED


def test_a_deployment_can_keep_cursors_to_itself() -> None:
    policy = Policy(share_cursors="never")
    assert set(signed(EVERYTHING, policy)) == set(EVERYTHING) - CURSORS | VOUCHED


def test_a_person_can_keep_both_to_themself() -> None:
    claimed = {**EVERYTHING, "privacy": WISH}
    assert set(signed(claimed)) == set(EVERYTHING) - PLACES - CURSORS | VOUCHED


def test_a_deployment_can_have_everybody_share() -> None:
    policy = Policy(share_locations="always", share_cursors="always")
    assert set(signed({**EVERYTHING, "privacy": WISH}, policy)) == set(EVERYTHING) | VOUCHED


def test_no_document_is_named_into_which_a_person_was_not_let() -> None:
    state = sign(EVERYTHING, ALICE, Policy(share_locations="always"), {"other.ipynb"})
    assert state is not None
    assert "location" not in state


@pytest.mark.parametrize("seen", [0, 1.5, 1_800_000_000_000, 2**53 - 1])
def test_since_when_somebody_is_not_active_is_relayed(seen: float) -> None:
    assert signed({"status": "idle", "seen": seen})["seen"] == seen
    assert "seen" not in signed({"status": "active", "seen": seen})
    assert "seen" not in signed({"status": "busy", "seen": seen})


@pytest.mark.parametrize("seen", [None, True, "1", -1, 2**53, [1], {}])
def test_a_time_that_is_none_is_not(seen: object) -> None:
    assert "seen" not in signed({"status": "away", "seen": seen})


def test_whoever_asks_to_be_invisible_is() -> None:
    assert sign({"invisible": True, "status": "idle"}, ALICE, OPEN, ENTERED) is None


@pytest.mark.parametrize("value", [False, None, 1, "true", {}])
def test_only_true_makes_invisible(value: object) -> None:
    assert "invisible" not in signed({"invisible": value})


def test_a_deployment_can_refuse_to_hide_anybody() -> None:
    assert "invisible" not in signed({"invisible": True}, Policy(allow_invisible=False))


def test_a_deployment_has_its_own_palette() -> None:
    policy = Policy(palette=("#000001",))
    assert signed({"user": {"color": "#000001"}}, policy)["user"]["color"] == "#000001"
    assert signed({"user": {"color": PALETTE[5]}}, policy)["user"] == ALICE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
FIELDS = st.sampled_from(
    ["user", "kind", "status", "seen", "invisible", "privacy", "location", "open", "cursor", "x"]
)


@given(st.dictionaries(FIELDS, JSON))
def test_no_claim_can_break_signing_or_forge_a_person(claimed: dict[str, Any]) -> None:
    state = sign(claimed, ALICE, OPEN, ENTERED)
    if state is not None:
        assert {**state["user"], "color": None} == {**ALICE, "color": None}
        assert state["user"]["color"] in PALETTE


# Colours of people


def take(colors: Colors, username: str) -> str:
    """Come into sight in the colour that is one's own."""
    color = colors.of(username)
    colors.hold(username, color)
    return color


HIDDEN: State = {"invisible": True}
NO_CURSOR: State = {"privacy": {"cursor": False}}
NO_PLACE: State = {"privacy": {"location": False}}


@pytest.mark.parametrize("claimed", [HIDDEN, NO_CURSOR, NO_PLACE])
def test_a_claim_may_hide_more_than_the_one_before(claimed: State) -> None:
    assert Policy().hides_more(claimed, {})
    assert not Policy().hides_more({}, claimed)
    assert not Policy().hides_more(claimed, claimed)
    assert not Policy().hides_more(claimed, HIDDEN)


def test_to_hide_something_else_is_not_to_hide_more() -> None:
    assert not Policy().hides_more({"privacy": {"cursor": False, "location": True}}, NO_PLACE)


def test_nobody_hides_more_where_nobody_may() -> None:
    policy = Policy(allow_invisible=False, share_cursors="always")
    assert not policy.hides_more(HIDDEN, {})
    assert not policy.hides_more(NO_CURSOR, {})


def test_a_person_has_one_colour_however_many_tabs() -> None:
    colors = Colors()
    assert take(colors, "alice") == take(colors, "alice")


def test_people_have_different_colours_while_colours_last() -> None:
    colors = Colors()
    assert {take(colors, f"user{number}") for number in range(len(PALETTE))} == set(PALETTE)


def test_when_all_colours_are_taken_each_still_has_one() -> None:
    colors = Colors()
    for number in range(len(PALETTE)):
        take(colors, f"user{number}")
    assert take(colors, "one more") in PALETTE


def test_a_person_has_the_same_colour_on_every_day() -> None:
    names = ["alice", "bob", "carol", "\u674e"]
    assert [Colors().of(name) for name in names] == [Colors().of(name) for name in names]
    assert len({Colors().of(f"user{number}") for number in range(100)}) > len(PALETTE) / 2


def test_whoever_is_not_seen_takes_nobodys_colour() -> None:
    colors = Colors()
    first = colors.of("alice")
    assert colors.of("alice") == first
    assert take(colors, "somebody else") == Colors().of("somebody else")
    name = next(f"user{n}" for n in range(1_000) if Colors().of(f"user{n}") == first)
    assert colors.of(name) == first  # though alice would get it


def test_nobody_is_given_a_colour_that_somebody_chose() -> None:
    palette = ("#000001", "#000002")
    colors = Colors(palette)
    theirs = colors.of("bob")
    colors.hold("alice", theirs)
    assert colors.of("bob") != theirs
    assert colors.of("alice") == theirs


def test_a_colour_is_neither_that_of_others_elsewhere_nor_another_than_ones_own_there() -> None:
    colors = Colors(("#000001", "#000002"))
    usual = colors.of("bob")
    [other] = {"#000001", "#000002"} - {usual}
    assert colors.of("bob", lambda: {"alice": usual}) == other
    assert colors.of("bob", lambda: {"bob": other}) == other
    assert colors.of("bob", lambda: {"bob": "#000003"}) == usual
    assert colors.of("bob", lambda: {"alice": usual, "carol": other}) == usual
    colors.hold("bob", usual)
    assert colors.of("bob", lambda: {"alice": usual}) == usual
    colors.hold("carol", other)
    assert colors.of("dave", lambda: {"dave": usual}) == Colors(("#000001", "#000002")).of("dave")


def test_of_two_with_one_colour_the_one_with_the_later_name_gets_another() -> None:
    colors = Colors(("#000001", "#000002"))
    mine = take(colors, "bob")
    [other] = {"#000001", "#000002"} - {mine}
    assert colors.clashing("alice", mine) == ["bob"]
    assert colors.clashing("bob", mine) == colors.clashing("carol", mine) == []
    assert colors.clashing("alice", other) == []
    assert colors.another("bob", {"alice": mine, "bob": mine}) == other
    assert colors.another("bob", {"alice": mine, "carol": other}) == mine


@pytest.mark.parametrize(
    "user", [None, "bob", {}, {"username": "bob"}, {"username": 1, "color": 2}]
)
def test_who_does_not_say_who_they_are_looks_like_nobody(user: object) -> None:
    assert look_of({"user": user}) is None


def test_a_state_says_whom_it_shows_in_which_colour() -> None:
    assert look_of({"user": {**ALICE}}) == ("alice", PALETTE[0])
    assert look_of(None) is None


def test_a_colour_is_kept_until_the_last_tab_is_closed() -> None:
    palette = ("#000001", "#000002")
    colors = Colors(palette)
    first = take(colors, "alice")
    take(colors, "alice")
    other = take(colors, "bob")
    assert {first, other} == set(palette)
    colors.give_back("alice")
    colors.give_back("bob")
    assert take(colors, "carol") == other  # alice has hers still


def test_a_colour_that_was_given_back_is_free() -> None:
    colors = Colors(("#000001", "#000002"))
    first = take(colors, "alice")
    second = take(colors, "bob")
    colors.give_back("alice")
    assert {take(colors, "carol"), second} == {first, second}


def test_nobody_gives_back_what_they_do_not_hold() -> None:
    colors = Colors()
    take(colors, "alice")
    colors.give_back("alice")
    with pytest.raises(KeyError):
        colors.give_back("alice")
