// Package store keeps everything: what was imported from the org, the network's side, matches and
// decisions, the outbox, runs, settings and the audit trail.
//
// One API hides the database engine. Queries are written once, in SQL that SQLite and PostgreSQL both
// read: TEXT, BIGINT and BYTEA, `?` placeholders, times as milliseconds UTC. What differs between the
// engines sits in one dialect.
//
// Reads are methods of Store. They take a context, never hold a transaction open between calls, and
// lists come by keyset page. Changes are methods of Tx, inside one call of Store.Write: all of them
// happen, or none. The schema itself refuses what must never be, for instance two live matches of one
// person (S19).
//
// Tokens, message bodies and requests on their way are sealed (package vault) before they reach the
// database.
//
// # Files
//
//	open, sqlite, dialect, errors, free*                                    opening a store, and what differs between engines
//	tx, rehearse, page, byid, lease                                         transactions, those that are not kept, keyset pages, who may write
//	objects, record*, incoming, upsert, changes                             the seven imported objects: descriptors, rows, an import's pages
//	rows                                                                    row types of everything else
//	network, members, person                                                the network's side, and everything about one person
//	match*, claims, decisions, key*                                         matches, what competes for a member, blocking keys
//	activities, outbox*                                                     what is to be written back
//	saves, save_mark, ledger, contact_mark, opportunity_count, alerts, roi  what follows from opportunities
//	connection, seats, seat_loss, approvals, audit                          the org, seats, and what people did
//	runs, jobs, progress                                                    the engine's work
//	backup, ballast, purge                                                  copies, room to finish with, deletion
package store
