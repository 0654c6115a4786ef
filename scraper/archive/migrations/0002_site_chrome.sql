-- What the pages of a source repeat: the memory that tells its menus from its statements.

create table page_blocks (
  statement_id integer primary key references documents(id),
  source text not null,
  language text not null,
  blocks blob not null
);
create index page_blocks_source on page_blocks(source, language);

create table site_chrome (
  id integer primary key,
  source text not null,
  language text not null,
  made_at text not null,
  pages integer not null,
  blocks blob not null
);
create index site_chrome_source on site_chrome(source, id, language);
