-- Times are milliseconds since 1970-01-01T00:00:00Z: the same in every database and zone.

create table node (
  name    varchar(200) not null primary key,
  started bigint       not null,
  seen    bigint       not null
);

-- What the schedulers know of a job: up to which instant its firings have become slots.
create table job (
  name     varchar(200) not null primary key,
  done_to  bigint,
  paused   bigint,
  pausedby varchar(200)
);

-- One interval of a job. The primary key is the promise: nothing is due twice.
create table slot (
  job       varchar(200)  not null,
  span      varchar(40)   not null,
  starts    bigint        not null,
  ends      bigint        not null,
  state     varchar(20)   not null,
  cause     varchar(20)   not null,
  scheduled bigint        not null,
  tries     integer       not null,
  notbefore bigint        not null,
  node      varchar(200),
  fence     bigint        not null,
  leased    bigint,
  asked     varchar(40),
  cancel    integer       not null,
  reason    varchar(4000) not null,
  since     bigint        not null,
  token     bigint,
  primary key (job, span)
);
create index slot_state on slot (state, notbefore);

-- A run that was started under a lease.
create table tried (
  job     varchar(200)  not null,
  span    varchar(40)   not null,
  fence   bigint        not null,
  node    varchar(200)  not null,
  started bigint        not null,
  ended   bigint,
  code    bigint,
  reason  varchar(4000) not null,
  primary key (job, span, fence)
);

-- The index of what lies under the output paths; written from the files and never the other way.
create table run (
  job      varchar(200)  not null,
  span     varchar(40)   not null,
  token    bigint        not null,
  status   varchar(20)   not null,
  visible  integer       not null,
  started  bigint        not null,
  ended    bigint        not null,
  rows_in  bigint        not null,
  scored   bigint        not null,
  filtered bigint        not null,
  rejected bigint        not null,
  reason   varchar(4000) not null,
  primary key (job, span, token)
);
