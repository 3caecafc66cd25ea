package cli

import (
	"fmt"
	"strings"

	crmsync "crmsync/sync"
	"crmsync/ui"
)

// acted prints what was done, and the command that takes it back where one does.
func (a *app) acted(event string, err error) error {
	if err != nil {
		return err
	}
	if a.json {
		return a.printEvent(event)
	}
	did, words, err := a.doing(event)
	if err != nil {
		return fmt.Errorf("it was done, as audit event %s; reading that again: %w", event, err)
	}
	a.printf("%s\n", printable(words))
	switch act := crmsync.ActID(did.Act); {
	case act == crmsync.ActUndo:
		a.printf("the other way with: %s\n", a.onThisStore("undo "+event))
	case crmsync.Reversible(act):
		a.printf("%s\n", a.undoWith(event))
	}
	return nil
}

// printEvent prints the audit event of an act for scripts.
func (a *app) printEvent(event string) error {
	return a.printJSON(struct {
		Event string `json:"event"`
	}{event})
}

// undoWith names the command that takes an audit event back.
func (a *app) undoWith(event string) string { return "undo with: " + a.onThisStore("undo "+event) }

// onThisStore writes a command that is to be typed next, with the directory that this one was given; "" is the console.
func (a *app) onThisStore(command string) string {
	program := "crmsync"
	if a.dir != "" && a.visitorOf() == nil {
		program += " --dir " + ui.ShellWord(a.dir)
	}
	return strings.TrimSpace(program + " " + command)
}
