-- Who answers for a customer. A row is the whole assignment of one customer from a day on and never changes once it was
-- decided. Of a customer's rows in force the one with the latest from_day up to a day stands, of one day the highest
-- number. kind: single | batch | adjust | recall | proposal. state: submitted | in_force | rejected.
-- managers: how many shares it has; 0: the customer waits on the list of organisation_ref, which is otherwise where the
-- primary manager works. before_ref: what stood when it was submitted, so that what changed since is noticed.
create table assignment (
  assignment_ref integer primary key,
  customer_ref integer not null,
  from_day integer not null,
  organisation_ref integer not null,
  managers integer not null,
  kind text not null,
  state text not null,
  reason text not null,
  before_ref integer,
  assignment_proposal_ref integer,
  created_by text not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;
create index assignment_of_customer on assignment (customer_ref, from_day, assignment_ref) where state = 'in_force';
create index assignment_history on assignment (customer_ref, assignment_ref);
create index assignment_submitted on assignment (assignment_ref) where state = 'submitted';
create index assignment_recalled on assignment (customer_ref, from_day) where state = 'in_force' and managers = 0;
create index assignment_first_day on assignment (from_day, assignment_ref) where state = 'in_force';

-- role: 1 primary, 2 secondary. The shares of an assignment add up to 10 000 basis points.
create table assignment_share (
  assignment_ref integer not null,
  employee_ref integer not null,
  role integer not null,
  share_bp integer not null,
  primary key (assignment_ref, employee_ref)
) strict, without rowid;
create index assignment_share_of_employee on assignment_share (employee_ref, assignment_ref);

-- One row: whose customers go to managers, and how many a manager takes. definition is JSON:
-- {"manager_tiers": [codes], "capacity": {"total": n or null, "tiers": {code: n}}}.
create table assignment_settings (
  assignment_settings_ref integer primary key
    constraint assignment_settings_is_one check (assignment_settings_ref = 1),
  definition text not null,
  version integer not null,
  changed_by text not null,
  changed_at integer not null
) strict;
insert into assignment_settings (assignment_settings_ref, definition, version, changed_by, changed_at)
values (1, '{"manager_tiers":["core","growth","platinum","gold"],"capacity":{"total":400,"tiers":{}}}', 1, 'seed', 0);

-- How many customers one manager takes, where that differs from the settings; definition as their capacity.
create table manager_capacity (
  employee_ref integer primary key,
  definition text not null,
  changed_by text not null,
  changed_at integer not null
) strict;

-- Days on which somebody is away, both included.
create table employee_absence (
  employee_ref integer not null,
  from_day integer not null,
  to_day integer not null,
  reason text,
  changed_by text not null,
  changed_at integer not null,
  primary key (employee_ref, from_day)
) strict, without rowid;

-- A proposal to assign a waiting list, or to rebalance a part of the bank. scope: waiting | rebalance.
-- state: submitted | approved | rejected. summary is JSON: what it comes to.
create table assignment_proposal (
  assignment_proposal_ref integer primary key,
  organisation_ref integer not null,
  scope text not null,
  from_day integer not null,
  state text not null,
  moves integer not null,
  summary text not null,
  created_by text not null,
  created_at integer not null,
  decided_by text,
  decided_at integer
) strict;

-- A move of a proposal. before_ref: the assignment that it found, none when there was none; from_ref: the primary
-- manager of it. reason: waiting | left | absent | elsewhere | over_capacity | household | balance.
create table assignment_move (
  assignment_proposal_ref integer not null,
  customer_ref integer not null,
  before_ref integer,
  from_ref integer,
  to_ref integer not null,
  reason text not null,
  primary key (assignment_proposal_ref, customer_ref)
) strict, without rowid;

-- A customer whom a proposal leaves without a manager who is there. reason: no_manager | no_room | household.
create table assignment_left (
  assignment_proposal_ref integer not null,
  customer_ref integer not null,
  reason text not null,
  primary key (assignment_proposal_ref, customer_ref)
) strict, without rowid;
