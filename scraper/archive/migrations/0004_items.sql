-- Coverage counts items: a statement that moved, or that has two addresses, was counted once for each that lists named.

drop view coverage;
create view coverage as
with listed as (
  select url_id, min(source) as source, min(published) as published, max(statement_id) as statement_id
  from sightings
  group by url_id
),
items as (
  select coalesce(l.statement_id, u.statement_id) as statement_id,
         min(l.source) as source,
         min(l.published) as published,
         max(u.state = 'excluded') as is_excluded,
         max(u.fails > 0) as is_failed
  from listed l
  join urls u on u.id = l.url_id
  where u.role in ('statement', 'digest')
  group by coalesce(l.statement_id, u.statement_id, -l.url_id)
)
select i.source,
       coalesce(substr(coalesce(d.published, i.published), 1, 7), 'unknown') as month,
       count(*) as listed,
       count(d.id) as archived,
       sum(d.id is null and i.is_excluded) as excluded,
       sum(d.id is null and not i.is_excluded and i.is_failed) as failed,
       sum(d.id is null and not i.is_excluded and not i.is_failed) as waiting
from items i
left join documents d on d.id = i.statement_id
group by 1, 2;
