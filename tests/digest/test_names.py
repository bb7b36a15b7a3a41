from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.digest.names import clean, pattern, short, shorten

ROWS = [
    ("a plain name", "db:orders", "db:orders"),
    ("a line break", "orders\r\nBcc: eve@example.com", "orders Bcc: eve@example.com"),
    ("other line breaks", "a\x0bb\x0cc\x85d\u2028e\u2029f", "a b c d e f"),
    ("a reversed name", "invoice\u202efdp.exe", "invoicefdp.exe"),
    ("isolates and marks", "\u2066a\u2069\u200fb\u061cc", "abc"),
    ("invisible characters", "or\u200bde\ufeffrs\u00ad", "orders"),
    ("invalid bytes", b"or\xffders".decode("utf-8", "surrogateescape"), "or\ufffdders"),
    ("private characters", "a\ue000b", "a\ufffdb"),
    ("escape sequences", "\x1b[2Jgone", "[2Jgone"),
    ("piled accents", "a" + "\u0301" * 50, "a\u0301\u0301\u0301"),
    ("letters from right to left", "\u05d0\u05d1", "\u05d0\u05d1"),
    ("emoji", "orders \U0001f4a5", "orders \U0001f4a5"),
    ("spaces", "  a \t  b ", "a b"),
]


@pytest.mark.parametrize(("name", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_name_is_one_line_of_what_can_be_seen(name: str, said: str) -> None:
    assert clean(name) == said


def test_a_long_name_keeps_both_ends() -> None:
    assert shorten("a" * 500 + "z" * 500, 10) == "aaaaaa…zzz"
    assert len(clean("x" * 1000, 96)) == 96


@given(st.text(st.characters(), max_size=400))
def test_no_name_breaks_a_line_turns_the_direction_or_hides(name: str) -> None:
    said = clean(name)

    assert len(said) <= 300
    assert not [
        each for each in said if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert said.splitlines() in ([], [said])
    assert clean(said) == said
    said.encode()


def test_a_resource_is_called_by_the_end_of_its_arn() -> None:
    assert short("arn:aws:rds:eu-west-1:111122223333:db:orders") == "db:orders"
    assert short("arn:aws:s3:::logs") == "logs"
    assert short("github:acme/shop") == "github:acme/shop"
    assert short("arn:a:b:c:d:") == "arn:a:b:c:d:"


@given(st.text(st.characters(), max_size=60))
def test_a_pattern_matches_its_own_resource(name: str) -> None:
    assert fnmatchcase(name, pattern(name))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60))
def test_a_pattern_can_be_typed(name: str) -> None:
    assert pattern(name).isprintable()
