-- One row a customer, tier, status (1 observed, 2 attention, 3 churned) and spell, known by its first month.
-- opened_on and closed_on are dates of checks; closing: recovered | superseded | withdrawn.
create table churn_alert (
  churn_alert_ref integer primary key,
  customer_ref integer not null,
  tier_ref integer not null,
  status integer not null,
  first_month integer not null,
  opened_on integer not null,
  closed_on integer,
  closing text,
  acknowledged_by text,
  acknowledged_at integer,
  constraint churn_alert_unique unique (customer_ref, tier_ref, status, first_month)
) strict;
create index churn_alert_by_opening on churn_alert (opened_on);
