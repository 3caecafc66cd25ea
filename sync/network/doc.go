// Package network reads the network's side of the sync from what a team
// lawfully has: the archive that every member can download of their own data
// (Connections.csv, messages.csv, Invitations.csv, or the whole .zip), lists of
// people and companies as CSV, and activities in a JSON format of our own.
//
// A [Reader] streams typed rows and keeps nothing. It can be ranged over more
// than once, and that is how an importer stays atomic: [Reader.Check] reads the
// whole file and fails with the line of the first fault, before anything is
// written; then [Reader.Rows] is ranged over inside one transaction, which is
// rolled back if the file changed in between. No reader ever skips a broken
// row in silence: a row is either delivered, counted under a reason in
// [Summary.Skipped], or ends the reading with an [*Error].
//
// Text is handed on as it stands, formulas of spreadsheets and control
// characters included; only the edges are trimmed, and a line break inside a
// quoted CSV cell arrives as LF. Whoever shows or exports it cleans it.
package network
