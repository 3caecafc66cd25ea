// Package ui is the console: a Bubble Tea program with one root model, nine screens and "Mine".
//
// Every key a person can press is a row of an action table (Action); the footer, the help, the palette and
// the refusals of a role all read that table. Screens draw into exactly the rows and columns they are given,
// read the store by keyset pages through the small interfaces of services.go, and change things only through
// the acts of package sync. A session shares nothing with another: there is no package-level state.
//
// # Files
//
//	run, app, route, tabs, screen, message, services, clipboard           the root model: what it is run with, where a key, a message and a copy go
//	action, keys, keyhint, keyfile, shell, help, palette                  the table of actions: keys, names, shell commands, and what reads it
//	frame, draw, paint, theme, marks, width, text, format, mouse, toast   one frame: what is drawn, in which colours and how wide
//	dialog, notice, prompt, picker, field, editor, reader, export, files, second  what asks for something
//	pager, list, listing, document, detail, parts, filter, sieve, hits, news, record_link, rows*  what screens are made of: lists by page, documents, parts
//	reading, failure, fault, absent, quiet*, elsewhere, progress          how loading stands, what failed, what others do meanwhile
//	home*, runs                                                           screen 1
//	connect*, contract, purge*, upkeep                                    screen 2, and what opens from 8
//	user*, access                                                         screen 3
//	matches*, judge, bulk, rematch, explain, evidence, thresholds*        screen 4
//	writeback*, trial, shadow*                                            screen 5
//	opps, stale                                                           screen 6
//	roi*                                                                  screen 7
//	settings*                                                             screen 8
//	audit*, approvals*                                                    screen 9
//	mine*, network, member*, held, tie                                    Mine, and the pages of people and companies
//	live*                                                                 what the screens ask for, from an engine and its store
//	plain*, demo                                                          the console as lines; what only the demo has
package ui

import (
	_ "crmsync/ui/early" // settles the background before Bubble Tea asks the terminal for it
)
