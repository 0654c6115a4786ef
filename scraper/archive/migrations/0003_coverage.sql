-- A URL that two lists name is one statement, in one month: counted per sighting it was two where one list gave no date.

drop view coverage;
create view coverage as
with listed as (
  select url_id, min(source) as source, min(published) as published, max(statement_id) as statement_id
  from sightings
  group by url_id
)
select l.source,
       coalesce(substr(coalesce(d.published, l.published), 1, 7), 'unknown') as month,
       count(*) as listed,
       count(d.id) as archived,
       sum(d.id is null and u.state = 'excluded') as excluded,
       sum(d.id is null and u.state <> 'excluded' and u.fails > 0) as failed,
       sum(d.id is null and u.state <> 'excluded' and u.fails = 0) as waiting
from listed l
join urls u on u.id = l.url_id
left join documents d on d.id = coalesce(l.statement_id, u.statement_id)
where u.role in ('statement', 'digest')
group by 1, 2;

-- As before, and with the number of words: lengths by year and language are read from it alone.
drop index documents_source;
create index documents_source on documents(source, published desc, language, published_precision, duplicate_of, words);
