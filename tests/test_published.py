"""Tables that AWS publishes say where they are from, and are believed for a while alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from readiness.evidence import published
from readiness.evidence.escalations import ESCALATIONS_FROM
from readiness.evidence.published import Published
from readiness.evidence.secret_forms import FORMS_FROM

TABLES = [each for each in vars(published).values() if isinstance(each, Published)]
TABLES.append(FORMS_FROM)
TABLES.append(ESCALATIONS_FROM)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.source)
def test_a_table_has_a_source_and_an_age_beyond_which_it_is_not_believed(table: Published) -> None:
    begun = datetime.combine(table.looked_up, datetime.min.time(), UTC)
    last = begun + timedelta(days=table.good_for_days)

    assert table.source.startswith("https://")
    assert table.too_old(last) == ""
    assert table.too_old(last + timedelta(days=1)) == (
        f"the table from {table.source} is {table.good_for_days + 1} days old"
    )
