-- What people are to be told of: written with the change of the slot, delivered later.
create table notice (
  job       varchar(200)  not null,
  seq       bigint        not null,
  span      varchar(40)   not null,
  starts    bigint        not null,
  ends      bigint        not null,
  event     varchar(20)   not null,
  state     varchar(20)   not null,
  cause     varchar(20)   not null,
  scheduled bigint        not null,
  tries     integer       not null,
  fence     bigint        not null,
  node      varchar(200),
  reason    varchar(4000) not null,
  at        bigint        not null,
  token     bigint,
  -- Of a recovery: the interval that had failed last, how, and since when something had.
  trouble   varchar(40),
  troubled  varchar(20),
  since     bigint        not null,
  fate      varchar(20)   not null,
  fated     bigint,
  problem   varchar(4000) not null,
  receiver  varchar(300),
  parcel    varchar(600),
  primary key (job, seq)
);
create index notice_fate on notice (fate, job, seq);
create index notice_parcel on notice (parcel);

-- Who is told, and how that goes. One scheduler at a time delivers to a receiver.
create table receiver (
  name      varchar(300)  not null primary key,
  node      varchar(200),
  leased    bigint,
  notbefore bigint        not null,
  failures  integer       not null,
  problem   varchar(4000) not null
);
