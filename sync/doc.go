// Package sync is the engine: what happens between the two sides. It imports
// the seven objects from Salesforce, runs the match, does the steps after an
// import, writes activities back, keeps the schedule, and holds every act a
// person may do.
//
// Every change goes through one door: a method that takes a context and an
// [Actor], checks the act's roles, and makes the change and its audit event in
// one transaction. Console, command line and SSH call the same methods.
//
// # Files
//
//	engine, client, events, errors                         Engine and what it is made of, its connection to the org, what it tells
//	acts, role, change, undo*                              the one list of acts, who may do them, the one way to change anything, and back
//	approv*                                                what a second admin has to agree to
//	connect*, session, token*, disconnect, grace           signing in, the sealed tokens, what holds while the org refuses
//	doctor*                                                whether an org can be worked with
//	settings*, config*, switches, thresholds, preview*     what is set, as one file too, and what a setting would change
//	loop, jobs, jobkind, schedule, request                 what is due, and asking another process for it
//	lock*, runs, runhistory, stoprun, progress, ballast    one engine on a store; runs, how far they are, a full disk
//	syncrun, steps, contactinfo, badge, roletree           a whole sync: import, match run, and the steps after
//	import*                                                the seven objects: window, job, page, id, deletion, watermark
//	network*, source, watch, portability                   the other side: files, folders and API into the store
//	match*, replay*                                        a match run, whole or incremental, and the same run again
//	decide*, explain, reasons, court, reviewqueue, search  what people decide about matches, and what they see
//	follow*                                                merges, conversions: what belonged to a record follows it
//	activity*, optin, outbox*                              what is to be written, for whom, and in which state it is
//	writeback_gate*, writeback_admit, writeback_restored   when an activity may be sent
//	writeback_*, reconcile                                 the cycle: compose, intend, send, answer, settle what is doubtful
//	pace, shadow*, trial*, written_remove                  how quick it was; rehearsals; taking written records away
//	autosave*, saves, ledger, alerts*                      what is saved for whom because of an opportunity
//	roi*, money, stage                                     reports
//	users, userfind, userkeys                              who may use the console
//	seat*, licence*                                        seats, their CRM users, and who has a licence
//	person*, namesonly                                     everything about one person; shown, erased, or by name alone
//	status, budgetstate, allowance, support, figures       how things stand, and what the org allows, in figures for people
//	backup, restore, purge, receipt                        looking after the store, and what a purge leaves to show
//
// Outside its folder the package is imported as crmsync "crmsync/sync".
package sync
