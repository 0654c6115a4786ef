"""Questions that researchers ask of such an archive, as SQL that anybody may read, run and change.

Datasette offers them as saved queries; they run as well in ``scraper sql``, the sqlite3 shell, R and pandas, except the
two that search, which need this project's SQL functions. A parameter left empty asks for everything.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One question."""

    name: str  # part of its address
    title: str
    description: str
    sql: str


QUERIES: tuple[Query, ...] = (
    Query(
        "statements_per_month",
        "Statements per month and publisher",
        "How many statements each publisher issued in each month, copies left out. Undated ones count under 'unknown'.",
        # By day first, which an index has in order: a third of the time.
        """select coalesce(substr(published, 1, 7), 'unknown') as month, source, sum(statements) as statements
from (
  select source, published, count(*) as statements
  from documents
  where duplicate_of is null and (:source = '' or source = :source)
  group by source, published
)
group by 1, 2
order by 1 desc, 3 desc""",
    ),
    Query(
        "search_ranked",
        "Search, best match first",
        "Statements that match :q in any of the archive's languages, with their rank and the passage that was found. "
        'Words, "phrases", beginnings (migra*), -without.',
        """select d.id, d.title, d.published, d.source, d.language, round(-s.rank, 2) as score,
  search_passage(t.text, :q) as passage
from search s
join documents d on d.id = s.rowid
join versions v on v.id = d.version_id
join texts t on t.id = v.text_id
where s.search match search_query(:q) and s.rank match 'bm25(10.0, 2.0, 1.0)'
order by s.rank
limit 50""",
    ),
    Query(
        "silent_edits",
        "Statements edited after publication",
        "Every later state of a statement, and what differs. The edit lies between two visits: the last that saw the "
        "state before, and the first that saw this one; so many days after publication at least, and at most.",
        """select d.id, d.title, d.source, d.published, v.number as version, v.changed,
  earlier.seen_until as unchanged_until, v.seen_from,
  case when length(d.published) = 10
    then cast(julianday(earlier.seen_until) - julianday(d.published) as integer) end as days_at_least,
  case when length(d.published) = 10
    then cast(julianday(v.seen_from) - julianday(d.published) as integer) end as days_at_most
from versions v
join versions earlier on earlier.statement_id = v.statement_id and earlier.number = v.number - 1
join documents d on d.id = v.statement_id
where v.number > 1 and v.state = 'recorded' and (:source = '' or d.source = :source)
order by v.seen_from desc
limit 100""",
    ),
    Query(
        "taken_down",
        "Statements that were taken down",
        "Statements whose page is gone, with how long it was up. The archive still has their text and captures.",
        """select id, title, source, published, gone_since,
  case when length(published) = 10
    then cast(julianday(gone_since) - julianday(published) as integer) end as days_online, url
from documents
where status = 'gone' and (:source = '' or source = :source)
order by gone_since desc
limit 100""",
    ),
    Query(
        "who_copied_whom",
        "Who copied whom",
        "Pairs of publishers, and how many statements one repeated from the other: word for word, edited, or in part.",
        """select later.source as copied_by, earlier.source as copied_from, r.kind, count(*) as statements,
  round(avg(r.score), 2) as mean_score
from relations r
join documents later on later.id = r.statement_id
join documents earlier on earlier.id = r.other_id
where r.kind in ('copy', 'edited-copy', 'excerpt')
group by 1, 2, 3
order by 4 desc""",
    ),
    Query(
        "translations",
        "Statements and their translations",
        "Pairs of statements that say the same in two languages. A score of 1 was declared by the page.",
        """select a.id, a.language, a.title, b.id as other_id, b.language as other_language, b.title as other_title,
  r.score
from relations r
join documents a on a.id = r.statement_id
join documents b on b.id = r.other_id
where r.kind = 'translation' and (:language = '' or :language in (a.language, b.language))
order by a.published desc
limit 100""",
    ),
    Query(
        "series",
        "Series of statements",
        "Statements that continue an earlier one with other figures: situation updates, weekly counts.",
        """select earlier.id, earlier.title, earlier.published, later.id as next_id, later.title as next_title,
  later.published as next_published, r.score
from relations r
join documents later on later.id = r.statement_id
join documents earlier on earlier.id = r.other_id
where r.kind = 'series' and (:source = '' or later.source = :source)
order by later.published desc
limit 100""",
    ),
    Query(
        "countries_by_month",
        "Countries by month",
        "How many statements of each month speak of a country (ISO 3166-1, such as SD), how often they name it, and what "
        "part of that month's statements they are. Copies and statements without a month are left out.",
        """with months as (
  select substr(published, 1, 7) as month, sum(statements) as statements
  from (
    select source, published, count(*) as statements
    from documents
    where duplicate_of is null and length(published) >= 7 and (:source = '' or source = :source)
    group by source, published
  )
  group by 1
),
named as (
  select substr(d.published, 1, 7) as month, m.country, count(*) as statements, sum(m.count) as times_named
  from mentions m
  join documents d on d.id = m.statement_id
  where m.country between upper(:country) and case when :country = '' then 'ZZ' else upper(:country) end
    and d.duplicate_of is null and length(d.published) >= 7 and (:source = '' or d.source = :source)
  group by 1, 2
)
select months.month, coalesce(named.country, upper(:country)) as country, coalesce(named.statements, 0) as statements,
  coalesce(named.times_named, 0) as times_named,
  round(100.0 * coalesce(named.statements, 0) / months.statements, 1) as percent_of_statements
from months
left join named on named.month = months.month
order by 1 desc, 3 desc""",
    ),
    Query(
        "words_over_time",
        "A word or phrase over the years",
        "How many statements of each year hold :q, and what part of that year's statements they are. Asked for as in a "
        "search; copies are left out. It counts latest texts: `revisions` has those that were edited.",
        """with years as (
  select coalesce(substr(published, 1, 4), 'unknown') as year, sum(statements) as statements
  from (
    select source, published, language, count(*) as statements
    from documents
    where duplicate_of is null and (:source = '' or source = :source) and (:language = '' or language = :language)
    group by source, published, language
  )
  group by 1
),
found as (
  select coalesce(substr(d.published, 1, 4), 'unknown') as year, count(*) as statements
  from search s
  join documents d on d.id = s.rowid
  where s.search match search_query(:q) and d.duplicate_of is null
    and (:source = '' or d.source = :source) and (:language = '' or d.language = :language)
  group by 1
)
select years.year, coalesce(found.statements, 0) as statements_with_it, years.statements,
  round(100.0 * coalesce(found.statements, 0) / years.statements, 1) as percent_of_statements
from years
left join found on found.year = years.year
where :q != ''
order by 1 desc""",
    ),
    Query(
        "tags_by_year",
        "Tags by year",
        "How often publishers gave each tag of a scheme (sdg, theme, region, country or kind) in each year.",
        # Years from the index alone, then the tags of each statement: less than half the time at 100,000 statements.
        """select t.scheme, t.tag, d.year, count(*) as statements
from (select id, substr(published, 1, 4) as year from documents indexed by documents_facets) d
cross join tags t on t.statement_id = d.id
where (:scheme = '' or t.scheme = :scheme)
group by 1, 2, 3
order by 3 desc, 4 desc
limit 500""",
    ),
    Query(
        "words_by_language",
        "Languages and lengths by year",
        "How many statements of each year are in which language, and how long they are on average.",
        """select substr(published, 1, 4) as year, language, sum(statements) as statements,
  round(sum(words) * 1.0 / sum(statements)) as mean_words
from (
  select published, language, count(*) as statements, sum(words) as words
  from documents
  where duplicate_of is null and (:source = '' or source = :source)
  group by source, published, language
)
group by 1, 2
order by 1 desc, 3 desc""",
    ),
    Query(
        "completeness",
        "Completeness by publisher and year",
        "Of the statements that feeds, sitemaps and listings named: how many are archived, excluded, failed, waiting.",
        """select source, substr(month, 1, 4) as year, sum(listed) as listed, sum(archived) as archived,
  sum(excluded) as excluded, sum(failed) as failed, sum(waiting) as waiting,
  round(100.0 * sum(archived) / sum(listed), 1) as percent_archived
from coverage
where :source = '' or source = :source
group by 1, 2
order by 1, 2 desc""",
    ),
    Query(
        "missing_pages",
        "Pages that could not be had",
        "Open failures: which page, why, how often it was tried, and what to do.",
        """select source, url, kind, http_status, attempts, at, message
from failures
where resolved_at is null and (:source = '' or source = :source)
order by at desc
limit 100""",
    ),
)
