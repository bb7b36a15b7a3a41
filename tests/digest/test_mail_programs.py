"""Does the digest use only what mail programs understand?

`SUPPORT` is what www.caniemail.com (MIT License) said on 13 May 2026 of the features that the digest uses,
taken from the npm package caniemail 2.0.2: y supported, a partly, n not at all, u unknown.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from readiness.config import Records
from readiness.digest.render import render_digest
from tests.digest import sample

PROGRAMS = (
    *("Gmail on the web", "Gmail on iOS", "Gmail on Android"),
    *("Outlook on Windows", "Outlook on macOS", "Outlook.com"),
    *("Apple Mail on macOS", "Apple Mail on iOS"),
    *("Yahoo on the web", "Yahoo on iOS", "Yahoo on Android"),
)
SUPPORT = {
    "css-at-media": "aaanaayyaaa",
    "css-at-media-prefers-color-scheme": "nnnnyyyynnn",
    "css-background-color": "yyyyyyyyyyy",
    "css-border": "yyyayyyyyyy",
    "css-display-none": "yyyayyyyyyy",
    "css-font": "yyyyyyyyyyy",
    "css-font-size": "yyyayyyyaaa",
    "css-font-weight": "yyyayyyyaaa",
    "css-height": "yyyayyyynnn",
    "css-important": "aaaayyyyaaa",
    "css-letter-spacing": "yyyayyyyyyy",
    "css-line-height": "yyyayyyyyyy",
    "css-margin": "aaaaaayyaaa",
    "css-max-height": "yyynyyyyyyy",
    "css-max-width": "yyyayyyyyyy",
    "css-overflow": "aaanaaaaaaa",
    "css-padding": "yyyayyyyyyy",
    "css-selector-class": "yaayyyyyyyy",
    "css-selector-grouping": "yaayyyyyyyy",
    "css-text-align": "yyaayyyyaaa",
    "css-text-decoration": "yaaayyyyyyy",
    "css-unit-em": "yyyyyyyyyyy",
    "css-unit-percent": "yyyyyyyyyyy",
    "css-unit-px": "yyyyyyyyyyy",
    "css-white-space": "yaanyyyyyaa",
    "css-width": "yyyayyyyyyy",
    "css-word-break": "yaayaaaannn",
    "html-align": "yyyyayyyyyy",
    "html-bdi": "nnnnnnyynnn",
    "html-body": "aaaynayyann",
    "html-cellpadding": "yyyyyyyyyyy",
    "html-cellspacing": "yyyyyyyyyyy",
    "html-comments": "yyyyyyyyyyy",
    "html-div": "yyyyyyyyyyy",
    "html-doctype": "yyynyyyyyyn",
    "html-h1-h6": "yyyyyyyyyyy",
    "html-height": "yyyayyyyyyy",
    "html-lang": "yyyyyyyyaaa",
    "html-meta-color-scheme": "nnnnnnynnnn",
    "html-p": "yyyyyyyyyyy",
    "html-role": "yyyyyyyyaaa",
    "html-span": "yyyyyyyyyyy",
    "html-strong": "yyyyyyyyyyy",
    "html-style": "aaaayyyyyyy",
    "html-table": "yyyyyyyyyyy",
    "html-valign": "yyyyyyyyyyy",
    "html-width": "yyyayyyyyyy",
}
#: What some program does not know, and what its reader gets instead.
WITHOUT = {
    "css-at-media": "the same page in light colours and with its wide margins",
    "css-at-media-prefers-color-scheme": "the light colours, or the program's own inversion of them",
    "css-height": "cells of the trend as high as their least height",
    "css-max-height": "a line that display:none and mso-hide hide already",
    "css-overflow": "a line that display:none hides already",
    "css-white-space": "numbers that may wrap in a narrow window",
    "css-word-break": "long names that wrap where they hold a hyphen or a slash",
    "html-bdi": "names in their own direction, without marks that could turn what follows",
    "html-body": "the background of the outermost table, which is the same",
    "html-doctype": "the program's own document around ours",
    "html-meta-color-scheme": "the light colours, or the program's own inversion of them",
}
#: So old that nobody lists who knows it.
BASIC = {"a", "br", "head", "html", "meta", "td", "th", "title", "tr"}
#: Attributes of which a program that does not know them loses nothing.
IDLE = {"charset", "class", "content", "href", "name", "scope", "style"}
ATTRIBUTES = {
    "align": "html-align",
    "cellpadding": "html-cellpadding",
    "cellspacing": "html-cellspacing",
    "height": "html-height",
    "lang": "html-lang",
    "role": "html-role",
    "valign": "html-valign",
    "width": "html-width",
}
#: `mso-hide` is Outlook's own; the others are as old as style sheets.
PLAIN = {"color", "mso-hide"}


class _Used(HTMLParser):
    """The features that a page uses."""

    def __init__(self) -> None:
        super().__init__()
        self.features: set[str] = set()
        self.sheet = ""
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag not in BASIC:
            self.features.add("html-h1-h6" if re.fullmatch("h[1-6]", tag) else f"html-{tag}")
        for name, value in attrs:
            if name == "style":
                self.features |= declared(value or "")
            elif (tag, name) == ("meta", "name") and (value or "").endswith("color-schemes"):
                self.features.add("html-meta-color-scheme")
            elif name not in IDLE | {"bgcolor", "border"}:
                self.features.add(ATTRIBUTES[name])

    def handle_decl(self, decl: str) -> None:
        self.features.add("html-doctype")

    def handle_comment(self, data: str) -> None:
        self.features.add("html-comments")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.sheet += data


def declared(style: str) -> set[str]:
    """Return the features of declarations: properties and units."""
    found = set()
    for declaration in filter(None, (each.strip() for each in style.split(";"))):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if "!important" in value:
            found.add("css-important")
        if (name, value.split()[0]) == ("display", "none"):
            found.add("css-display-none")
        elif name not in PLAIN:
            found.add(f"css-{_family(name)}")
        for unit in re.findall(r"(?<![#\w])-?[\d.]+(px|%|[a-z]+)", value):
            found.add("css-unit-percent" if unit == "%" else f"css-unit-{unit}")
    return found


def _family(name: str) -> str:
    for family in ("border", "margin", "padding"):
        if name.startswith(family):
            return family
    return "font" if name == "font-family" else name


def sheet_of(text: str) -> set[str]:
    """Return the features of a style sheet: at-rules, selectors and what the rules declare."""
    found = set()
    for condition in re.findall(r"@media ([^{]+)", text):
        found.add("css-at-media")
        if "prefers-color-scheme" in condition:
            found.add("css-at-media-prefers-color-scheme")
    plain = re.sub(r"@media [^{]+\{", "", text)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        if "," in selectors:
            found.add("css-selector-grouping")
        for selector in selectors.strip("}\n ").split(","):
            assert re.fullmatch(r"\.[a-z-]+", selector.strip()), selector
            found.add("css-selector-class")
        found |= declared(body)
    return found


def used() -> set[str]:
    _, after = sample.results()
    views = (
        sample.view(),
        sample.view(before=()),
        sample.view(before=after, records=Records()),
    )
    found: set[str] = set()
    for view in views:
        page = _Used()
        page.feed(render_digest(view).html)
        found |= page.features | sheet_of(page.sheet)
    return found


USED = used()


def test_every_feature_that_the_digest_uses_was_looked_up() -> None:
    assert set(SUPPORT) == USED


@pytest.mark.parametrize("feature", sorted(SUPPORT))
def test_a_feature_that_a_program_does_not_know_is_one_that_nothing_depends_on(
    feature: str,
) -> None:
    missing = [name for name, said in zip(PROGRAMS, SUPPORT[feature], strict=True) if said == "n"]

    assert bool(missing) == (feature in WITHOUT), f"not known to {', '.join(missing)}"


def test_nothing_in_the_digest_runs_or_is_fetched() -> None:
    html = render_digest(sample.view()).html

    assert not re.search(
        r"<(script|img|link|iframe|form|object|svg|video)\b|url\(|@import|@font", html
    )
    assert not re.search(r"\son\w+=", html)


def test_the_style_sheet_stays_far_below_what_gmail_takes() -> None:
    (sheet,) = re.findall(r"<style>(.*?)</style>", render_digest(sample.view()).html, re.DOTALL)

    assert len(sheet.encode()) < 2_000


def test_what_hides_or_colours_has_a_space_before_important() -> None:
    assert not re.search(r"\S!important", render_digest(sample.view()).html)


def test_padding_is_put_on_cells_alone_which_is_all_that_outlook_pads() -> None:
    html = render_digest(sample.view()).html
    padded = re.findall(r"<(\w+)[^>]* style=\"[^\"]*padding[^\"]*\"", html)

    assert set(padded) - {"td", "th", "body"} == {"p"}  # the line above the footer
