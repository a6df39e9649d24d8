-- Rules of large movements, as a whole list: the latest row is in force, earlier ones are kept. Amounts in minor units.
create table movement_rule_list (
  movement_rule_list_ref integer primary key,
  definition text not null,
  created_by text not null,
  created_at integer not null
) strict;

insert into movement_rule_list (movement_rule_list_ref, definition, created_by, created_at)
values (1, '{"rules":[
    {"id":"large-in","direction":"in","place":"any","basis":"single","at_least":50000000},
    {"id":"large-out","direction":"out","place":"any","basis":"single","at_least":50000000},
    {"id":"from-other-banks","direction":"in","place":"out_of_bank","basis":"rolling","window_days":7,"at_least":100000000},
    {"id":"to-other-banks","direction":"out","place":"out_of_bank","basis":"rolling","window_days":7,"at_least":100000000}]}',
  'kezhi', 0);

-- Whoever asks about movements of money asks customer by customer in a span of time: one customer's list, or a range
-- of customers, each entered at the span's start. An index by time alone would serve the second question only for
-- short spans; each further index costs every webhook.
create index bank_transaction_of_customer on bank_transaction (customer_ref, occurred_at);
