"""Which secrets does a repository hold, in its newest files or anywhere in its history?

What is found is reduced to where it is at once: no secret leaves this module, not even to a log.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from readiness.evidence import Gap, Reason
from readiness.evidence.code_security import ExposedSecret
from readiness.evidence.practices import is_test
from readiness.evidence.secret_forms import ASSIGNED, URL, Match, assigned_in, matches_in
from readiness.evidence.signals import is_sample, language_of
from readiness.probes.refusals import UnseenError
from readiness.repositories.reading import Reading

#: Files that are fetched one by one; those at hand are all searched.
MAX_FETCHED = 100
#: More secrets than this are not told one by one.
MAX_FOUND = 200
#: Of a longer line or file, the beginning is searched.
_MAX_TEXT = 1 << 20

#: Digests and names of others' releases look like secrets, and others' code is theirs.
_SKIPPED = re.compile(
    r"(?i)(^|/)(package-lock\.json|npm-shrinkwrap\.json|[^/]*\.lock(b|file)?|pnpm-lock\.ya?ml|go\.sum|"
    r"verification-metadata\.xml|\.secrets\.baseline|\.gitleaksignore)$|"
    r"(^|/)(node_modules|bower_components|site-packages|third_party|\.venv|venv)/|"
    r"\.(png|jpe?g|gif|webp|ico|svg|pdf|zip|gz|tgz|bz2|xz|jar|war|whl|exe|dll|so|woff2?|ttf|eot|mp[34]|mov|wasm|"
    r"parquet|min\.js|map)$"
)
#: Files in which secrets are kept by mistake, which are fetched before others.
_LIKELY = re.compile(
    r"(?i)(^|/)\.env|\.(pem|key|p8|ppk|tfvars|properties|ini|cfg|conf)$|secret|credential|config|settings|"
    r"\.(ya?ml|json|toml|tf|sh|ipynb)$"
)
_PROSE = re.compile(r"(?i)\.(md|mdx|rst|adoc|txt|html?|po|csv)$")
_ALLOWED = re.compile(r"gitleaks:allow|pragma: allowlist secret")
_ALLOWS_NEXT = "pragma: allowlist nextline secret"

BASELINE = ".secrets.baseline"
IGNORED = ".gitleaksignore"


@dataclass
class _Excused:
    """What the repository says is no secret, in the files of the tools that look for them."""

    digests: frozenset[str] = frozenset()
    #: `path:rule:line`, whichever commit was meant.
    places: frozenset[str] = frozenset()
    #: Those that were excused somewhere: they are excused wherever they are.
    fingerprints: set[str] = field(default_factory=set)

    def covers(self, match: Match, path: str, line: int) -> bool:
        place = f"{path}:{match.form.name}:{line}"
        if match.sha1 in self.digests or place in self.places:
            self.fingerprints.add(match.fingerprint)
        return match.fingerprint in self.fingerprints


def leaks_of(reading: Reading) -> Iterator[ExposedSecret | Gap]:
    """Yield each secret once: from the newest files where it is still there, else from the history."""
    excused = _excused(reading)
    found: dict[str, ExposedSecret] = {}
    try:
        for each in _in_files(reading, excused):
            if isinstance(each, Gap):
                yield each
            elif each.fingerprint not in found and len(found) < MAX_FOUND:
                found[each.fingerprint] = each
        for past in _in_history(reading, excused):
            if past.fingerprint not in found and len(found) < MAX_FOUND:
                found[past.fingerprint] = past
    except UnseenError as error:
        yield error.gap
    yield from (
        secret for secret in found.values() if secret.fingerprint not in excused.fingerprints
    )
    if len(found) == MAX_FOUND:
        detail = f"only the first {MAX_FOUND} secrets are told"
        yield Gap(reason=Reason.TRUNCATED, detail=detail)


def _in_files(reading: Reading, excused: _Excused) -> Iterator[ExposedSecret | Gap]:
    paths = [path for path, size in reading.sizes.items() if size != 0 and is_searched(path)]
    near = [path for path in paths if reading.source.at_hand(path)]
    far = sorted(set(paths) - set(near), key=lambda path: (not _LIKELY.search(path), path))
    unread: Counter[Gap] = Counter()
    for path in (*near, *far[:MAX_FETCHED]):
        try:
            text = reading.sample(path)
        except UnseenError as error:
            unread[replace(error.gap, resource="", detail="")] += 1
            continue
        yield from _searched(reading.repository, path, text, excused)
    if far[MAX_FETCHED:]:
        unread[Gap(reason=Reason.TRUNCATED)] += len(far[MAX_FETCHED:])
    for gap, count in unread.items():
        detail = f"{count} of {len(paths)} files were not searched for secrets"
        yield replace(gap, detail=detail)


def _in_history(reading: Reading, excused: _Excused) -> Iterator[ExposedSecret]:
    for added in reading.source.history():
        if is_searched(added.path):
            yield from _searched(
                reading.repository,
                added.path,
                added.text,
                excused,
                first=added.line,
                commit=added.commit,
            )


def is_searched(path: str) -> bool:
    """Whether a file may hold a secret of the repository's own, going by its path."""
    return not _SKIPPED.search(path)


def _searched(
    repository: str, path: str, text: str, excused: _Excused, *, first: int = 1, commit: str = ""
) -> Iterator[ExposedSecret]:
    if "\0" in text[:8192]:
        return  # it is no text
    said = text[:_MAX_TEXT]
    sample = is_sample(path) or is_test(path, language_of(path))
    matches: Iterable[Match] = matches_in(said)
    if not (sample or _PROSE.search(path)):
        matches = (*matches, *assigned_in(said))
    taken: set[int] = set()
    for match in matches:
        line = said.count("\n", 0, match.at)
        # Where a known format and a name agree, the format says more.
        if match.form is ASSIGNED and line in taken:
            continue
        taken.add(line)
        if sample and match.form.name in _MADE_UP:
            continue
        if _is_allowed(said, match.at) or excused.covers(match, path, first + line):
            continue
        yield ExposedSecret(
            repository=repository,
            rule=match.form.name,
            noun=match.form.noun,
            path=path,
            line=first + line,
            commit=commit,
            fingerprint=match.fingerprint,
            sample=sample,
        )


#: What tests and documents make up all the time.
_MADE_UP = frozenset({"jwt", URL})


def _is_allowed(text: str, at: int) -> bool:
    """Whether a comment on the line, or on the one before it, says that it is no secret."""
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[begin : end if end != -1 else len(text)]
    before = text[text.rfind("\n", 0, max(begin - 1, 0)) + 1 : begin]
    return bool(_ALLOWED.search(line)) or _ALLOWS_NEXT in before


def _excused(reading: Reading) -> _Excused:
    digests: set[str] = set()
    places: set[str] = set()
    if BASELINE in reading.sizes:
        digests = set(_baselined(reading.text(BASELINE)))
    if IGNORED in reading.sizes:
        for line in reading.text(IGNORED).split("\n"):
            parts = line.partition("#")[0].strip().split(":")
            if len(parts) >= 3:
                places.add(":".join(parts[-3:]))
    return _Excused(frozenset(digests), frozenset(places))


def _baselined(text: str) -> Iterator[str]:
    """Yield the digests that a baseline lists, but for those that somebody found to be real."""
    try:
        document = json.loads(text)
    except ValueError:
        return
    results = document.get("results") if isinstance(document, dict) else None
    for listed in (results or {}).values() if isinstance(results, dict) else ():
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("is_secret") is not True:
                yield str(each.get("hashed_secret", ""))
