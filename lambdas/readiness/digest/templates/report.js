"use strict";
// Renders the items and findings that are looked at. Every text goes in as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const MARKS = { PASS: "✓", FAIL: "✕", UNKNOWN: "?", NO_EVIDENCE: "○", NOT_APPLICABLE: "–" };
  const LABELS = { PASS: "pass", FAIL: "fail", UNKNOWN: "unknown", NO_EVIDENCE: "no evidence", NOT_APPLICABLE: "not applicable" };
  const STYLES = { PASS: "good", FAIL: "bad", UNKNOWN: "warn", NO_EVIDENCE: "m", NOT_APPLICABLE: "m" };
  const SEVERITY_MARKS = { critical: "■", high: "▲", medium: "◆", low: "▽", info: "·" };
  // The worst first: how an item that is judged for several workloads is summed up.
  const WORST = ["FAIL", "UNKNOWN", "NO_EVIDENCE", "PASS", "NOT_APPLICABLE"];
  const FILTERS = ["q", "workload", "account", "category", "status", "severity", "changed", "sort"];
  const PAGE = 50;

  const word = (number) => data.words[number];
  const findings = data.findings.map((row) => ({
    workload: row[0], item: word(row[1]), check: word(row[2]), status: data.statuses[row[3]],
    severity: data.severities[row[4]], account: word(row[5]), region: word(row[6]), unit: word(row[7]),
    resource: row[8], because: word(row[9]), reason: word(row[10]), suppressed: word(row[11]),
    since: row[12], kind: data.kinds[row[13]], anchor: row[14], pattern: row[15] || row[8],
    cause: word(row[16]),
  }));
  const ofItem = new Map();
  for (const each of findings) {
    if (!ofItem.has(each.item)) ofItem.set(each.item, []);
    ofItem.get(each.item).push(each);
  }
  const items = data.items.map(([id, title, category, attestable, days], order) => ({
    id, title, order, category: data.categories[category], attestable: attestable === 1, days,
    findings: (ofItem.get(id) || []).sort(worse),
    verdicts: data.verdicts.flatMap((each, workload) => {
      const row = each[id];
      return row ? [{ workload, status: data.statuses[row[0]], because: word(row[1]), failing: row[2],
        unknown: row[3], attested: row[4] === 1, kind: data.kinds[row[5]], since: row[6] }] : [];
    }),
  }));

  function worse(one, other) {
    return WORST.indexOf(one.status) - WORST.indexOf(other.status)
      || data.severities.indexOf(one.severity) - data.severities.indexOf(other.severity);
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== "" && child !== null));
    return element;
  }
  const said = (text) => make("bdi", null, text);
  const badge = (status) => make("b", { class: STYLES[status] }, `${MARKS[status]} ${LABELS[status]}`);
  const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

  // The filters, and their state in the address.

  const control = Object.fromEntries(FILTERS.map((name) => [name, document.getElementById(name)]));
  const form = document.getElementById("filters");
  const state = {};

  function options(select, values, any) {
    select.append(make("option", { value: "" }, any));
    for (const [value, label] of values) select.append(make("option", { value }, label));
  }
  const plain = (values) => values.map((value) => [value, value]);
  const accounts = [...new Set(findings.map((each) => each.account || each.unit))].filter(Boolean).sort();
  options(control.workload, plain(data.workloads), "all");
  options(control.account, plain(accounts), "all");
  options(control.category, plain(data.categories), "all");
  options(control.status, WORST.map((each) => [each, `${MARKS[each]} ${LABELS[each]}`]), "any");
  options(control.severity, plain(data.severities), "any");
  options(control.changed, plain(data.kinds.filter(Boolean)), "whenever");
  document.getElementById("workload-label").hidden = data.workloads.length < 2;

  function read() {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const name of [...FILTERS, "check", "cause", "item", "finding"]) state[name] = asked.get(name) || "";
    for (const name of FILTERS) {
      control[name].value = state[name];
      if (control[name].value !== state[name]) state[name] = control[name].value = "";
    }
  }

  function write() {
    const asked = new URLSearchParams();
    for (const name of [...FILTERS, "check", "cause"]) if (state[name]) asked.set(name, state[name]);
    history.replaceState(null, "", `#${asked}`);
  }

  // What is shown.

  function matcher() {
    const workload = state.workload === "" ? -1 : data.workloads.indexOf(state.workload);
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = (text) => words.every((each) => text.includes(each));
    const finding = (each, item) => (workload < 0 || each.workload === workload)
      && (!state.account || (each.account || each.unit) === state.account)
      && (!state.status || each.status === state.status)
      && (!state.severity || each.severity === state.severity)
      && (!state.changed || each.kind === state.changed)
      && (!state.check || each.check === state.check)
      && (!state.cause || each.cause === state.cause)
      && (!words.length || holds(each.text ??= [each.resource, each.because, each.reason, each.check,
        each.account, each.region, each.unit, each.cause, item.title, item.id].join(" ").toLowerCase()));
    const deep = state.account || state.severity || state.check || state.cause;
    const verdict = (each, item) => (workload < 0 || each.workload === workload) && !deep
      && (!state.status || each.status === state.status)
      && (!state.changed || each.kind === state.changed)
      && (!words.length || holds(`${item.title} ${item.id} ${each.because}`.toLowerCase()));
    return { finding, verdict, ours: (each) => workload < 0 || each.workload === workload };
  }

  const SORTS = {
    severity: (one, other) => severest(one) - severest(other),
    failing: (one, other) => failing(other) - failing(one),
    newest: (one, other) => newest(other).localeCompare(newest(one)),
  };
  const severest = (shown) => Math.min(9, ...shown.findings.filter((each) => each.status === "FAIL" && !each.suppressed)
    .map((each) => data.severities.indexOf(each.severity)));
  const failing = (shown) => shown.findings.filter((each) => each.status === "FAIL").length;
  const newest = (shown) => shown.findings.reduce((last, each) => (each.since > last ? each.since : last), "");

  function render() {
    const match = matcher();
    const shown = [];
    for (const item of items) {
      if (state.category && item.category !== state.category) continue;
      const found = item.findings.filter((each) => match.finding(each, item));
      const verdicts = item.verdicts.filter(match.ours);
      if (verdicts.length && (found.length || verdicts.some((each) => match.verdict(each, item)))) {
        shown.push({ item, verdicts, findings: found });
      }
    }
    if (state.sort) shown.sort((one, other) => SORTS[state.sort](one, other) || one.item.order - other.item.order);
    const list = document.createDocumentFragment();
    let category = "";
    for (const each of shown) {
      if (!state.sort && each.item.category !== category) {
        category = each.item.category;
        list.append(make("h3", null, category));
      }
      list.append(rowOf(each));
    }
    document.getElementById("list").replaceChildren(list);
    const total = shown.reduce((sum, each) => sum + each.findings.length, 0);
    const left = data.left_out ? ` ${counted(data.left_out, "finding")} that pass or do not apply are not listed here; findings.jsonl has them.` : "";
    const only = (state.check ? ` of the check ${state.check}` : "") + (state.cause ? ` of what ${state.cause} made` : "");
    document.getElementById("found").textContent = `${counted(shown.length, "item")}, ${counted(total, "finding")}${only}.${left}`;
  }

  function rowOf(shown) {
    const { item, verdicts } = shown;
    const statuses = WORST.filter((status) => verdicts.some((each) => each.status === status));
    const first = verdicts.find((each) => each.status === statuses[0]);
    const verdict = make("span", { class: "verdict" });
    for (const status of statuses) {
      const number = verdicts.filter((each) => each.status === status).length;
      const label = verdicts.length > 1 ? `${MARKS[status]} ${number} ${LABELS[status]}` : `${MARKS[status]} ${LABELS[status]}`;
      verdict.append(make("span", { class: STYLES[status] }, label), make("br"));
    }
    verdict.lastChild.remove();
    const changed = [...new Set([...verdicts, ...shown.findings].map((each) => each.kind).filter(Boolean))];
    const details = make("details", { class: "item", id: `item-${item.id}` },
      make("summary", null,
        verdict,
        make("span", { class: "title" }, item.title, make("small", null, said(first.because), first.attested ? " (attested)" : "")),
        make("span", { class: "tail" }, changed.join(", "), changed.length && shown.findings.length ? " · " : "",
          shown.findings.length ? counted(shown.findings.length, "finding") : "")));
    details.addEventListener("toggle", () => { if (details.open) fill(details, shown); });
    return details;
  }

  function fill(details, shown, upTo = 0) {
    if (details.querySelector(".body")) return;
    const { item, verdicts } = shown;
    const body = make("div", { class: "body" });
    body.append(make("p", null, make("code", null, item.id), " ",
      make("span", { class: "muted" }, item.attestable ? "evidence, or a person's word where evidence is silent" : "decided by evidence alone")));
    if (verdicts.length > 1) {
      const list = make("ul");
      for (const each of [...verdicts].sort(worse).slice(0, PAGE)) {
        list.append(make("li", null, badge(each.status), " ", said(data.workloads[each.workload]), ": ", said(each.because),
          each.kind ? ` (${each.kind})` : ""));
      }
      body.append(list);
      if (verdicts.length > PAGE) body.append(make("p", { class: "muted" }, `and ${counted(verdicts.length - PAGE, "more workload")}: choose one above.`));
    }
    if (shown.findings.length) {
      const rows = make("tbody");
      body.append(make("table", { class: "findings" },
        make("thead", null, make("tr", null, ...["Status", "Resource", "Where", "Since", "More"].map((label) => make("th", { scope: "col" }, label)))),
        rows));
      let next = 0;
      const more = make("button", { type: "button", onclick: () => page(PAGE) });
      const page = (size) => {
        for (const each of shown.findings.slice(next, next + size)) rows.append(findingRow(each));
        next = Math.min(next + size, shown.findings.length);
        const left = shown.findings.length - next;
        more.textContent = `Show ${Math.min(PAGE, left)} more of ${left}`;
        if (!left) more.remove();
      };
      body.append(more);
      page(Math.max(PAGE, upTo));
    }
    if (item.attestable && verdicts.some((each) => ["NO_EVIDENCE", "UNKNOWN"].includes(each.status))) {
      body.append(pasteable("Attest this item", attestation(item, verdicts.find((each) => each.status !== "PASS"))));
    }
    details.append(body);
  }

  function findingRow(each) {
    // Short names stand whole: a browser would break eu-west-1 at its hyphens.
    const places = [each.account, each.region].filter(Boolean);
    const where = (places.length ? places : [each.unit]).flatMap((place, number) =>
      [number ? " · " : "", make("bdi", { class: place.length < 25 && "whole" }, place)]);
    const says = make("td", null, make("code", { class: "named" }, said(each.resource)), said(each.because));
    if (each.suppressed) says.append(make("p", { class: "muted" }, each.suppressed));
    const more = make("button", { type: "button", "aria-expanded": "false" }, "Details");
    const status = make("td", { class: "s" }, badge(each.status));
    if (!["PASS", "NOT_APPLICABLE"].includes(each.status)) {
      status.append(make("br"), make("small", { class: each.severity }, `${SEVERITY_MARKS[each.severity]} ${each.severity}`));
    }
    const row = make("tr", { "data-finding": each.anchor },
      status,
      says,
      make("td", { class: "place" }, ...where, data.workloads.length > 1 ? make("br") : "",
        data.workloads.length > 1 ? make("small", null, said(data.workloads[each.workload])) : ""),
      make("td", { class: "s" }, each.since, each.kind ? make("br") : "", each.kind ? make("small", null, each.kind) : ""),
      make("td", { class: "s" }, more));
    more.addEventListener("click", () => {
      const open = more.getAttribute("aria-expanded") === "true";
      more.setAttribute("aria-expanded", String(!open));
      if (open) row.nextSibling.remove();
      else row.after(make("tr", { class: "more" }, make("td", { colspan: 5 }, ...detailsOf(each))));
    });
    return row;
  }

  function detailsOf(each) {
    const [why, pass, fix, see] = data.checks[each.check] || ["", "", "", ""];
    const more = [];
    const line = (label, text) => { if (text) more.push(make("p", null, make("strong", null, `${label}: `), said(text))); };
    line("Not seen", each.reason);
    line("Why", why);
    line("Passes", pass);
    line("Made by", each.cause);
    if (["FAIL", "NO_EVIDENCE", "UNKNOWN"].includes(each.status)) line("Fix", fix);
    more.push(make("p", null, make("strong", null, "Check: "), make("code", null, each.check)));
    if (see.startsWith("https://")) {
      more.push(make("p", null, make("a", { href: see, rel: "noreferrer noopener" }, "Documentation")));
    }
    if (["FAIL", "NO_EVIDENCE"].includes(each.status) && !each.suppressed) {
      more.push(pasteable("Accept it for a while", suppression(each)));
    }
    return more;
  }

  // Records to paste. A JSON string is a YAML string.

  const after = (days) => new Date(Date.parse(data.day) + days * 86400000).toISOString().slice(0, 10);
  const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

  function scopeOf(workload, each) {
    const parts = [`workload: ${quoted(data.workloads[workload])}`];
    if (each && each.account) parts.push(`account: ${quoted(each.account)}`);
    else if (each && !each.unit.startsWith("workload:")) parts.push(`repository: ${quoted(each.unit)}`);
    return `{${parts.join(", ")}}`;
  }

  function suppression(each) {
    return ["suppressions:", `  - check: ${each.check}`, `    scope: ${scopeOf(each.workload, each)}`,
      `    resource: ${quoted(each.pattern)}`, '    reason: "WHY THIS IS ACCEPTED"', "    approver: you@example.com",
      `    date: ${data.day}`, `    expires: ${after(90)}`, ""].join("\n");
  }

  function attestation(item, verdict) {
    return ["attestations:", `  - item: ${item.id}`, `    scope: ${scopeOf(verdict.workload)}`,
      '    statement: "WHAT WAS DONE, AND HOW"', "    evidence: https://example.com/WHERE-IT-IS-WRITTEN",
      "    author: you@example.com", `    date: ${data.day}`, `    expires: ${after(item.days)}`, ""].join("\n");
  }

  function pasteable(label, text) {
    const block = make("pre", { tabindex: "0" }, text);
    const copy = make("button", { type: "button" }, "Copy");
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text);
        copy.textContent = "Copied";
      } catch {
        // Pages from a file may not write to the clipboard in every browser.
        getSelection().selectAllChildren(block);
        copy.textContent = "Selected: press Ctrl+C";
      }
    });
    return make("details", null, make("summary", null, `${label}: paste into records/`), block, copy);
  }

  // Deep links.

  function go() {
    read();
    render();
    let item = state.item;
    const wanted = state.finding && findings.find((each) => each.anchor === state.finding);
    if (wanted) item = wanted.item;
    const details = item && document.getElementById(`item-${item}`);
    if (details) {
      const shown = { item: items.find((each) => each.id === item) };
      const match = matcher();
      shown.verdicts = shown.item.verdicts.filter(match.ours);
      shown.findings = shown.item.findings.filter((each) => match.finding(each, shown.item));
      fill(details, shown, wanted ? shown.findings.indexOf(wanted) + 1 : 0);
      details.open = true;
      const row = wanted && details.querySelector(`[data-finding="${wanted.anchor}"]`);
      if (row) {
        row.classList.add("target");
        row.querySelector("button").click();
      }
      (row || details).scrollIntoView({ block: "center" });
      (row ? row.querySelector("button") : details.querySelector("summary")).focus({ preventScroll: true });
    } else if (location.hash.includes("=")) {
      document.getElementById("items").scrollIntoView();
    }
  }

  let waiting = 0;
  const update = () => {
    for (const name of FILTERS) state[name] = control[name].value;
    state.item = state.finding = "";
    write();
    render();
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 120); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { state.check = state.cause = ""; setTimeout(update); });
  addEventListener("hashchange", go);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      control.q.focus();
    }
  });
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details.item")) {
      if (each.querySelector(".verdict .bad")) each.open = true;
    }
  });
  const all = document.getElementById("all-fixes");
  if (all) {
    all.addEventListener("click", () => {
      all.closest("section").classList.add("all");
      all.remove();
    });
  }
  form.hidden = false;
  go();
})();
