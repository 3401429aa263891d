-- One set of statements for PostgreSQL and for H2 in its PostgreSQL mode. Rows are only ever inserted.
-- A row's hash is over the row before, whatever table that is in, and over its own columns: docs/voting.md.

create table votes (
  network varchar(64) not null,
  epoch bigint not null,
  recorder varchar(253) not null,
  position bigint not null,
  transaction_id varchar(128) not null,
  node varchar(253) not null,
  sequence bigint not null,
  "value" varchar(1024),
  signature bytea not null,
  heard_at timestamp(3) with time zone not null,
  hash bytea not null,
  primary key (network, epoch, recorder, position)
);
create index votes_by_transaction on votes (transaction_id);
comment on column votes."value" is 'null: the node said that its time was over';

create table transactions (
  network varchar(64) not null,
  epoch bigint not null,
  recorder varchar(253) not null,
  position bigint not null,
  transaction_id varchar(128) not null,
  outcome varchar(16) not null,
  "value" varchar(1024),
  certificate bytea not null,
  settled_at timestamp(3) with time zone not null,
  hash bytea not null,
  primary key (network, epoch, recorder, position)
);
create index transactions_by_transaction on transactions (transaction_id);
comment on column transactions."value" is 'null: the transaction failed';

create table byzantine_violations (
  network varchar(64) not null,
  epoch bigint not null,
  recorder varchar(253) not null,
  position bigint not null,
  violation_id bytea not null,
  type varchar(32) not null,
  accused varchar(253) not null,
  observer varchar(253),
  summary varchar(4096) not null,
  evidence bytea not null,
  known_at timestamp(3) with time zone not null,
  hash bytea not null,
  primary key (network, epoch, recorder, position)
);
create index byzantine_violations_by_accused on byzantine_violations (accused);
comment on column byzantine_violations.observer is 'null: the evidence is a proof, and needs no observer';

create table reputation_scores (
  network varchar(64) not null,
  epoch bigint not null,
  recorder varchar(253) not null,
  position bigint not null,
  node varchar(253) not null,
  score numeric(6,3) not null,
  excluded boolean not null,
  scored_at timestamp(3) with time zone not null,
  why varchar(1024) not null,
  hash bytea not null,
  primary key (network, epoch, recorder, position)
);
create index reputation_scores_by_node on reputation_scores (node);

create table ledger_heads (
  network varchar(64) not null,
  epoch bigint not null,
  recorder varchar(253) not null,
  position bigint not null,
  hash bytea not null,
  signature bytea not null,
  primary key (network, epoch, recorder, position)
);
