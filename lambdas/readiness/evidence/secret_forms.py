"""What does a secret look like, and what only looks like one?

The one place in which the product ships such facts: they are dated, and the checks that pass by them
ask whether they still hold. A value that is looked at here is reduced to what it is, and never kept.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from readiness.evidence.published import Published

FORMS_FROM = Published(
    source=(
        "https://docs.github.com/en/code-security/secret-scanning/introduction/"
        "supported-secret-scanning-patterns"
    ),
    looked_up=date(2026, 11, 24),
    good_for_days=365,
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One format by which a secret gives itself away."""

    #: Its name, which is gitleaks' name of the same rule, so that its list of exceptions fits.
    name: str
    #: What people call it.
    noun: str
    #: Its first group is the secret, the whole match where it has none.
    pattern: re.Pattern[str]
    #: Words in lower case of which one is in every match: looked for first, since that is quick.
    words: tuple[str, ...]
    #: Bits per character below which it is a placeholder.
    entropy: float = 0.0
    #: Whether it is a secret wherever it stands, not only in a file of code.
    in_values: bool = True


def _form(
    name: str, noun: str, pattern: str, words: str, entropy: float = 2.3, *, in_values: bool = True
) -> Form:
    return Form(
        name=name,
        noun=noun,
        pattern=re.compile(pattern),
        words=tuple(words.split()),
        entropy=entropy,
        in_values=in_values,
    )


#: An access key's id is public by itself: in a value it counts together with its secret.
ACCESS_KEY = "aws-access-token"
URL = "url-with-password"
_END = r"(?![A-Za-z0-9_])"
FORMS = (
    _form(ACCESS_KEY, "an access key of AWS", r"(?<![A-Za-z0-9])((?:AKIA|ASIA)[A-Z2-7]{16})(?![A-Za-z0-9])", "akia asia", in_values=False),
    _form("aws-access-key-pair", "an access key of AWS with its secret", r"(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9/+]+(?:\w+[\"']?\s*[:=]\s*[\"']?)?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])", "akia asia"),
    _form("private-key", "a private key", r"-----BEGIN[ A-Z0-9_-]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,400}?([A-Za-z0-9+/]{48,})", "-----begin"),
    _form("github-pat", "a token of GitHub", rf"(gh[pousr]_[A-Za-z0-9]{{36,251}}){_END}", "ghp_ gho_ ghu_ ghs_ ghr_"),
    _form("github-fine-grained-pat", "a token of GitHub", rf"(github_pat_[A-Za-z0-9_]{{60,244}}){_END}", "github_pat_"),
    _form("gitlab-pat", "a token of GitLab", r"(gl(?:pat|ptt|dt|rt|soat)-[A-Za-z0-9_-]{20,})", "glpat- glptt- gldt- glrt- glsoat-"),
    _form("slack-token", "a token of Slack", r"(xox[baprs]-[A-Za-z0-9-]{10,250})", "xoxb- xoxa- xoxp- xoxr- xoxs-"),
    _form("slack-webhook-url", "a webhook of Slack", r"(hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{43,60})", "hooks.slack.com"),
    _form("stripe-access-token", "a key of Stripe", rf"((?:sk|rk)_live_[A-Za-z0-9]{{20,250}}){_END}", "sk_live_ rk_live_"),
    _form("gcp-api-key", "an API key of Google Cloud", r"(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])", "aiza"),
    _form("npm-access-token", "a token of npm", rf"(npm_[A-Za-z0-9]{{36}}){_END}", "npm_"),
    _form("pypi-upload-token", "a token of PyPI", r"(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000})", "pypi-ageichlwas5vcmc"),
    _form("sendgrid-api-token", "a key of SendGrid", r"(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})", "sg."),
    _form("openai-api-key", "a key of OpenAI", r"(sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,250}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})", "sk-"),
    _form("anthropic-api-key", "a key of Anthropic", r"(sk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,})", "sk-ant-"),
    _form("huggingface-access-token", "a token of Hugging Face", rf"(hf_[A-Za-z]{{34}}){_END}", "hf_"),
    _form("digitalocean-pat", "a token of DigitalOcean", rf"(do[opr]_v1_[a-f0-9]{{64}}){_END}", "dop_v1_ doo_v1_ dor_v1_"),
    _form("databricks-api-token", "a token of Databricks", rf"(dapi[a-f0-9]{{32}}(?:-\d)?){_END}", "dapi"),
    _form("vault-service-token", "a token of Vault", r"(hvs\.[A-Za-z0-9_-]{90,})", "hvs."),
    _form("shopify-access-token", "a token of Shopify", rf"(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}){_END}", "shpat_ shpca_ shppa_ shpss_"),
    _form("age-secret-key", "a key of age", r"(AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})", "age-secret-key-1"),
    _form("jwt", "a signed token (JWT)", r"(ey[A-Za-z0-9_-]{17,}\.ey[A-Za-z0-9_-]{17,}\.[A-Za-z0-9_-]{10,})", "ey"),
    _form(URL, "an address with a password in it", r"(?<=[a-zA-Z0-9])://[^\s:/@\"'<>{}$]{0,60}:([^\s:/@\"'<>{}$*]{1,80})@[A-Za-z0-9]", "://", 2.5),
)  # fmt: skip

_WORDS = re.compile("|".join(re.escape(word) for form in FORMS for word in form.words))

#: What looks like a secret and is a placeholder, an example of a vendor's documentation or a reference.
_PLACEHOLDER = re.compile(
    r"(?i)example|placeholder|change.?me|replace.?me|your[-_]|dummy|sample|redacted|insert|"
    r"x{6,}|\*{3,}|\.{3,}|<[^>]*>|\$\{|\{\{|\$\(|(.)\1{7,}"
)
#: What a literal without a format is likely made up of.
_MADE_UP = re.compile(r"(?i)12345678|abcdefgh|qwertz?y?|lorem|foobar|hunter2")

#: A name under which secrets are kept, and the endings of names of where they are kept.
SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase|code)|(?<!by)(?<!com)(?<!sur)(?<!tres)pass(?![a-z])|secret|token(?!iz)|"
    r"api[_-]?key|private[_-]?key|credential|conn(ection)?[_-]?str)"
)
REFERENCE_NAME = re.compile(r"(?i)[_.\-/](arn|name|id|path|file|url|ttl)$")
_REFERENCE = re.compile(
    r"(?i)^(arn:|\{\{resolve:|ssm:|secretsmanager:|/aws/reference/secretsmanager/|vault:|op://)"
)
_NO_LITERAL = re.compile(r"(?i)^(true|false|yes|no|on|off|none|null|[-+]?[\d.,_]+([eE][-+]?\d+)?)$")
#: Shorter values are no secrets.
LITERAL = 8

#: Names of settings that say where a database or an API is that wants to know its caller.
CONNECTION_NAME = re.compile(
    r"(?i)(^|_)(db|database|mysql|postgres(ql)?|pg|mariadb|mongo(db)?|redis|rds|sql|amqp|rabbitmq|smtp|ldap|api)"
    r"(_\w+)*_?(host(name)?|url|uri|endpoint|user(name)?|dsn|server|address)$|"
    r"^(DATABASE_URL|PGHOST|PGUSER|MONGO_URI|REDIS_URL)$"
)


@dataclass(frozen=True)
class Match:
    """A secret that was found in a text, reduced to where it is."""

    form: Form
    #: Where it begins.
    at: int
    #: Of the secret alone; neither it nor its text is kept.
    fingerprint: str
    #: As gitleaks and detect-secrets write the secrets that they were told to leave alone.
    sha1: str


def fingerprint_of(secret: str) -> str:
    """Return by what a secret is known again; too little of its digest to find it by."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def matches_in(text: str, *, values: bool = False) -> Iterator[Match]:
    """Yield the secrets of a known format in a text; of a single value with `values`."""
    lower = text.lower()
    if not _WORDS.search(lower):
        return
    for form in FORMS:
        if values and not form.in_values:
            continue
        if any(word in lower for word in form.words):
            for found in form.pattern.finditer(text):
                secret = found[form.pattern.groups and 1]
                # Whoever runs with a placeholder runs with it: in a value every match counts.
                real = (
                    entropy_of(secret) >= form.entropy
                    and not is_placeholder(secret)
                    and not (form.name == URL and _is_default(found[0], secret))
                )
                if values or real:
                    yield Match(form, found.start(), fingerprint_of(secret), _sha1(secret))


def _is_default(address: str, password: str) -> bool:
    """Whether the password of an address is the word itself, or what everybody has on their desk."""
    user = address.removeprefix("://").partition(":")[0]
    return password.lower() in ("password", "passwd", "secret", user.lower())


#: A literal that is given to a name of a secret in a file; secrets without a format of their own.
_ASSIGNED = re.compile(
    r"""(?i)\b([\w.-]{0,40}(?:password|passwd|secret|token(?!iz)|api[_-]?key|private[_-]?key|credential)[\w-]{0,20})["']?"""
    r"""\s*(?::=|=>|[:=])\s*(["'])([A-Za-z0-9+/=_.~!@#%^&*-]{16,120})\2"""
)
#: Endings of names that hold what belongs to a secret, and words that are strung together.
_NAMES_ANOTHER = re.compile(
    r"(?i)(arn|name|id|path|file|url|uri|ttl|ref|type|endpoint|prefix|header|field|label|hash|version|"
    r"pattern|regex|policy|param|parameter|expires|length|count|store|manager|provider|public)s?$"
)
#: Tokens that tell one request from another, and open nothing.
_NAMES_A_REQUEST = re.compile(
    r"(?i)(client|request|next|update|continuation|page|pagination|idempotency|task|change)[_-]?token$"
)
_SLUG = re.compile(r"[a-z]+\d{0,3}([-_./:][a-z]*\d{0,3})+")
_NAMED = re.compile(r"(?i)passwo?r?d|secret|token|api[_-]?key|private[_-]?key|credential")
ASSIGNED = Form(
    name="generic-api-key",
    noun="a literal for a name of a secret",
    pattern=_ASSIGNED,
    words=("password", "passwd", "secret", "token", "key", "credential"),
    entropy=3.7,
)


def assigned_in(text: str) -> Iterator[Match]:
    """Yield the literals in a file that are random enough, and are given to a name of a secret."""
    done = 0
    for named in _NAMED.finditer(text):
        if named.start() < done:
            continue
        # The pattern is slow: it is asked around the words that it wants alone.
        found = _ASSIGNED.search(text, max(done, named.start() - 60), named.end() + 180)
        if found is None:
            continue
        done = found.end()
        name, literal = found[1], found[3]
        mixed = re.search(r"\d", literal) and re.search(r"[A-Za-z]", literal)
        if (
            mixed
            and not _NAMES_ANOTHER.search(name)
            and not _NAMES_A_REQUEST.search(name)
            and not _SLUG.fullmatch(literal)
            and not _MADE_UP.search(literal)
            and not is_placeholder(literal)
            and not is_reference(literal)
            and entropy_of(literal) >= ASSIGNED.entropy
        ):
            yield Match(ASSIGNED, found.start(), fingerprint_of(literal), _sha1(literal))


def _sha1(secret: str) -> str:
    return hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()


def is_placeholder(secret: str) -> bool:
    """Whether a text only stands where a secret would be."""
    return bool(_PLACEHOLDER.search(secret))


def is_reference(value: str) -> bool:
    """Whether a value says where a secret is, rather than what it is."""
    return bool(_REFERENCE.match(value))


def is_secret_name(name: str) -> bool:
    """Whether secrets are kept under a name, and not only the names of secrets."""
    return bool(SECRET_NAME.search(name)) and not REFERENCE_NAME.search(name)


def is_literal(value: str) -> bool:
    """Whether a value is long enough to be a secret and is neither a reference, a switch nor a number."""
    return len(value) >= LITERAL and not is_reference(value) and not _NO_LITERAL.match(value)


def entropy_of(text: str) -> float:
    """Return how much a character of a text says, in bits."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
