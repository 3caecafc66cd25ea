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
// # Lists narrowed to a text
//
// PageQuery.Text narrows a list to the rows in whose texts each of its words stands, whatever the capitals and accents
// (SortName). It is looked for in
//
//	Outbox             the other side's name, the seat's (its e-mail address when it has none) and its CRM user's, kind, state, hold, error code
//	OpenOpportunities  the name, the stage, the owner's name
//	Runs               kind, state, error code, id
//	SaveLedger         the names of the seat and its CRM user, of the record and of the opportunity, why the save is stale
//	Approvals          act, state, summary, who proposed it
//
// and, by a Text of their own, in the names and companies of Matches and Members. A word that few rows hold is found
// through indexes: those of columns with few values at once, those of names from end to end, which grows with the
// number of names alone. The rows are then read by their keys and sorted. A frequent word needs no search: the list is
// read in its order until a page is full. Slow are only several frequent words that never stand together, and a rare
// reason why a save is stale: they read the list to its end. What takes long ends at once with its context.
//
// # Files
//
//	open, sqlite, dialect, errors, free*                                    opening a store, and what differs between engines
//	tx, rehearse, page, texts, byid, lease                                  transactions, those that are not kept, keyset pages and what narrows them, who may write
//	objects, record*, incoming, upsert, changes                             the seven imported objects: descriptors, rows, an import's pages
//	rows                                                                    row types of everything else
//	network, members, person                                                the network's side, and everything about one person
//	match*, claims, decisions, key*                                         matches, what competes for a member, blocking keys
//	activities, outbox*                                                     what is to be written back
//	saves, save_mark, ledger*, contact_mark, opportunity_count, alerts, roi  what follows from opportunities
//	connection, seats, seat_loss, approvals, audit                          the org, seats, and what people did
//	runs, jobs, progress                                                    the engine's work
//	backup, ballast, purge                                                  copies, room to finish with, deletion
package store
