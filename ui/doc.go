// Package ui is the console: a Bubble Tea program with one root model, nine screens and "Mine".
//
// Every key a person can press is a row of an action table (Action); the footer, the help, the palette and
// the refusals of a role all read that table. Screens draw into exactly the rows and columns they are given,
// read the store by keyset pages through the small interfaces of services.go, and change things only through
// the acts of package sync. A session shares nothing with another: there is no package-level state.
package ui

import (
	_ "crmsync/ui/early" // settles the background before Bubble Tea asks the terminal for it
)
