-- Messages to people, written in the transaction of what they tell of and delivered afterwards. channel: sms | mail.
-- body is the exact text that is sent and signed; it is never made anew. state: waiting | delivered | dead.
-- A receiver knows a message by message_id, so that one that is sent twice counts once.
-- due_at: not before. leased_until: a deliverer has it until then; if it was killed, the message is due again.
-- send_from: minutes of the business day before which no attempt is made. subject: the alert that it is about, so that
-- what still waits is given up when the alert closes.
create table outbox (
  outbox_ref integer primary key,
  message_id text not null constraint outbox_message_id_unique unique,
  channel text not null,
  topic text not null,
  organisation_ref integer not null,
  recipient text not null,
  subject text,
  body text not null,
  state text not null,
  attempts integer not null,
  created_at integer not null,
  due_at integer not null,
  send_from integer,
  leased_until integer,
  delivered_at integer,
  last_error text
) strict;
-- Most messages are delivered; what waits and what was given up is few, and is asked for often.
create index outbox_waiting_by_due_time on outbox (due_at, channel) where state = 'waiting';
create index outbox_waiting_by_subject on outbox (subject) where state = 'waiting';
create index outbox_leased on outbox (leased_until) where leased_until is not null;
create index outbox_of_organisation on outbox (organisation_ref, outbox_ref);
create index outbox_dead on outbox (state) where state = 'dead';
