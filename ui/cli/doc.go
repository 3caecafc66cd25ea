// Package cli is the command line and the composition root: it alone knows the flags, and it wires
// the store, the engine, the built-in org and the console together. Every action of the console has a
// command here with the same effect.
//
// # Files
//
//	root, args, flags, exit, fault, shortnames                          the commands, what they take, how they fail
//	usage, help, man, complete, version                                 what is said about them
//	session, dirs, settle, rehearsal                                    the open store, where it is, what is set for this machine, and acts that are only rehearsed
//	print, table, lines, paging, acted                                  printing: for people, and the JSON that scripts may rely on
//	connect*, disconnect, foretell, receipt, httpclient                 the org
//	import, following, schedule, runs, serve, console, sshvisit, key    the engine and the console, here and over SSH
//	network*, search                                                    the other side
//	match*, replay                                                      matches
//	writeback*, writtenremove, trial, me                                writing back
//	users*, seats, licences, approvals, undoto                          people, and what they did
//	saves, alerts, roi, export                                          what is saved and reported
//	settings*, config, preview                                          settings
//	status, support, metrics, ballast, administration, backup, person*  how things stand, and looking after the store
//	demo*, org*                                                         the demo and the built-in org
//	bench*, cputime*                                                    measuring
package cli
