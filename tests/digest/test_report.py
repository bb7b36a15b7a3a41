from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from readiness.checklist import ITEMS
from readiness.checklist.model import Mode, Status
from readiness.config import Audience, Records
from readiness.digest.page import LISTED, data_of
from readiness.digest.render import render_digest, render_report
from readiness.digest.rows import anchor
from readiness.digest.view import View, view_of
from tests.digest import sample
from tests.digest.test_digest import TRAPS, named

PAYMENTS = Audience(name="Payments", addresses=("ada@example.com",), workloads=("payments",))
#: A browser that looks for nothing but the page.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a view's report from its file; nothing it does may be refused, fail or leave the file."""
    page = browser.new_page()
    troubles: list[str] = []

    def left(request: Request) -> None:
        if not request.url.startswith("file:"):
            troubles.append(request.url)

    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on("request", left)

    def opened(view: View, place: str = "") -> Page:
        file = tmp_path / "report.html"
        file.write_text(render_report(view), "utf-8")
        page.goto(f"{file.as_uri()}{place}")
        return page

    yield opened
    page.close()
    assert troubles == []


def shown(page: Page) -> list[str]:
    titles: list[str] = page.locator("details.item .title").evaluate_all(
        "titles => titles.map(each => each.firstChild.textContent)"
    )
    return titles


def test_every_item_is_listed_in_the_checklist_s_order_with_its_verdict(open_report: Open) -> None:
    page = open_report(sample.view(audience=PAYMENTS))

    verdicts = page.locator("details.item .verdict").all_inner_texts()
    assert shown(page) == [item.title for item in ITEMS.values()]
    assert all(re.fullmatch(r"[✓✕?○–] [a-z ]+", verdict) for verdict in verdicts)
    assert page.locator("#found").inner_text().startswith("124 items, ")


@pytest.mark.parametrize(
    ("name", "value", "items", "findings"),
    [
        ("workload", "payments", 124, 16),
        ("account", sample.SHOP, 7, 9),
        ("category", "Cost", 13, 5),
        ("status", "FAIL", 24, 16),
        ("severity", "critical", 2, 6),
        ("changed", "regression", 3, 6),
    ],
)
def test_a_filter_leaves_what_matches(
    open_report: Open, name: str, value: str, items: int, findings: int
) -> None:
    page = open_report(sample.view())

    page.locator(f"#{name}").select_option(value)

    expect(page.locator("#found")).to_have_text(f"{items} items, {findings} findings.")
    assert len(shown(page)) == items


def test_search_reaches_resources_and_reasons_and_clears(open_report: Open) -> None:
    page = open_report(sample.view())

    page.keyboard.press("/")
    page.keyboard.type("db:Orders backups")
    expect(page.locator("#found")).to_have_text("1 item, 1 finding.")
    found = shown(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#found")).to_contain_text("124 items")

    assert found == ["Configure backup"]
    assert page.url.endswith("report.html#")


def test_the_address_keeps_the_filters(open_report: Open) -> None:
    page = open_report(sample.view(), "#status=FAIL&workload=web-shop&sort=severity")

    assert page.locator("#status").input_value() == "FAIL"
    assert page.locator("#workload").input_value() == "web-shop"
    assert shown(page)[0] in ("Configure backup", "Record audit logs")


def test_a_link_of_the_digest_opens_its_finding(open_report: Open) -> None:
    view = sample.view([*sample.STORY, sample.many(300)])
    link = view.regressions.rows[0].link
    last = [each for each in view.results[0].findings if each.check == "dynamodb_table_encrypted"][
        -1
    ]

    page = open_report(view, link.removeprefix("report.html"))
    first = page.locator("tr.target").inner_text()
    advice = page.locator("tr.target + tr.more").inner_text()
    page.evaluate(f"location.hash = 'finding={anchor(last)}'")
    page.wait_for_selector(f"tr.target[data-finding='{anchor(last)}']")

    assert "db:orders" in first
    assert "Fix: set the backup retention period to at least 7 days" in advice
    assert last.resource in page.locator("tr.target").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Details"


def test_an_item_is_opened_by_keyboard(open_report: Open) -> None:
    page = open_report(sample.view(), "#q=db:orders")

    page.locator("details.item summary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".findings")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.get_by_role("button", name="Details").get_attribute("aria-expanded") == "true"
    assert "Documentation" in page.locator(".more").inner_text()


def test_a_fix_leads_to_what_its_stack_made(open_report: Open) -> None:
    stack = "stack shop in 111122223333 · eu-central-1"
    _, results = sample.results()
    made = [
        replace(
            each,
            findings=tuple(
                replace(finding, cause=stack)
                if finding.region == sample.FRANKFURT and finding.status is Status.FAIL
                else finding
                for finding in each.findings
            ),
        )
        for each in results
    ]

    page = open_report(view_of(PAYMENTS, made, sample.RECORD))
    page.get_by_role("link", name=f"In {stack}: Remove the open ingress").click()
    expect(page.locator("#found")).to_have_text(f"1 item, 4 findings of what {stack} made.")
    found = shown(page)
    page.get_by_role("button", name="Clear").click()

    expect(page.locator("#found")).to_contain_text("124 items")
    assert found == ["Configure Security Groups"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_from_reading_it(
    open_report: Open, scheme: Literal["light", "dark"], width: int
) -> None:
    page = open_report(sample.view(), "#status=FAIL")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("details.item summary").first.click()
    page.locator(".findings button").first.click()
    page.locator(".more summary").click()

    found = Axe().run(page, options={}).response

    assert [(each["id"], each["nodes"]) for each in found["violations"]] == []
    assert {"color-contrast", "label", "select-name"} <= {each["id"] for each in found["passes"]}


@pytest.mark.parametrize("width", [390, 1280])
def test_a_fix_has_room_for_its_sentence(open_report: Open, width: int) -> None:
    page = open_report(sample.view())
    page.set_viewport_size({"width": width, "height": 900})

    box = page.locator("section:has(#fixes-title) tbody td").first.bounding_box()

    assert box is not None
    assert box["width"] > 300
    assert _fits(page)


def test_print_is_dark_on_white_whatever_the_screen(open_report: Open) -> None:
    page = open_report(sample.view())
    page.emulate_media(media="print", color_scheme="dark")

    colours = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )

    assert colours == ["rgb(255, 255, 255)", "rgb(28, 39, 51)"]


def test_what_is_pasted_is_a_valid_suppression_of_that_finding(open_report: Open) -> None:
    name = 'orders "a": *[x]? \u202e\U0001f4a5\u05d0'
    told = replace(sample.many(1, name), check="rds_instance_backup_retention")
    view = sample.view([told], audience=PAYMENTS)
    (finding,) = view.results[0].findings

    page = open_report(view, f"#finding={anchor(finding)}")
    page.locator(".more summary").click()
    records = Records.model_validate(yaml.safe_load(page.locator(".more pre").inner_text()))

    (suppression,) = records.suppressions
    assert suppression.matches(finding.resource)
    assert suppression.scope.covers(workload="payments", account=sample.PAYMENTS, repository="")
    assert suppression.check == finding.check


def test_what_is_pasted_is_a_valid_attestation_of_that_item(open_report: Open) -> None:
    item = next(each for each in ITEMS.values() if each.mode is Mode.ATTESTED)
    view = sample.view(audience=PAYMENTS)
    (result,) = view.results
    verdicts = tuple(
        replace(each, status=Status.NO_EVIDENCE) if each.item == item.id else each
        for each in result.verdicts
    )

    page = open_report(
        replace(view, results=(replace(result, verdicts=verdicts),)), f"#item={item.id}"
    )
    page.get_by_text("Attest this item").click()
    records = Records.model_validate(yaml.safe_load(page.locator("pre").inner_text()))

    assert [each.item for each in records.attestations] == [item.id]


@pytest.mark.parametrize("trap", TRAPS, ids=range(len(TRAPS)))
def test_no_name_runs_or_becomes_markup(open_report: Open, trap: str) -> None:
    page = open_report(named(trap))

    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.wait_for_selector(".findings button")
    page.evaluate("document.querySelectorAll('.findings button').forEach(each => each.click())")

    assert _fits(page)
    assert page.locator("img, iframe, object, embed, link").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("[onerror], [onclick], [style]").count() == 0
    assert (
        page.locator("a:not([href^='#']):not([href^='https://docs.aws.amazon.com/'])").count() == 0
    )


@pytest.mark.parametrize("width", [390, 800])
@pytest.mark.parametrize("trap", [TRAPS[0], "x" * 1000, "x" + "\U0001f4a5" * 1000])
def test_no_name_widens_the_mail(browser: Browser, trap: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})

    page.set_content(render_digest(named(trap)).html)

    assert _fits(page)
    page.close()


def _fits(page: Page) -> bool:
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits


def test_the_policy_lets_nothing_else_run(open_report: Open) -> None:
    page = open_report(sample.view())

    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


def test_ten_thousand_findings_are_rendered_as_they_are_looked_at(open_report: Open) -> None:
    view = sample.view([*sample.STORY, sample.many(10_000)])

    page = open_report(view, "#item=security/data-is-encrypted-at-rest")
    elements = page.locator("*").count()
    page.get_by_role("button", name="Show 50 more").click()
    page.keyboard.press("/")
    page.keyboard.type("orders-9999")
    expect(page.locator("#found")).to_have_text("1 item, 1 finding.")

    assert elements < 4000


def test_findings_that_do_not_fail_are_left_out_where_there_are_too_many() -> None:
    told = sample.many(4)
    passing = tuple(
        (account, region, f"{resource}-{n}", Status.PASS, Status.PASS)
        for n in range(LISTED // 4 + 1)
        for account, region, resource, *_ in told.resources
    )
    failing = tuple(resource for resource in told.resources if resource[4] is Status.FAIL)

    data = data_of(sample.view([replace(told, resources=(*passing, *failing))]))

    assert len(data["findings"]) == len(failing)
    assert data["left_out"] == len(passing)


def test_the_page_repeats_no_sentence() -> None:
    small, large = (json.dumps(data_of(sample.view([sample.many(n)]))) for n in (100, 1100))

    assert (len(large) - len(small)) / 1000 < 150


def test_what_fails_is_open_in_print(open_report: Open) -> None:
    page = open_report(sample.view())

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_selector("details[open] .findings")

    opened: Any = page.locator("details.item[open]").count()
    assert opened == page.locator("details.item:has(.verdict .bad)").count() > 0
