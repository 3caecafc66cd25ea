package cli

import (
	"context"
	"errors"
	"time"

	crmsync "crmsync/sync"
)

// undoTo is what crmsync undo --to was given.
type undoTo struct {
	moment string
	dry    bool
}

// parseMoment reads a time, in the local zone where it names none; anything else is an event.
func parseMoment(text string) crmsync.Moment {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return crmsync.Moment{At: at}
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return crmsync.Moment{At: at}
		}
	}
	return crmsync.Moment{Event: text}
}

// undoTo takes back everything since a moment, or shows it.
func (a *app) undoTo(ctx context.Context, s *session, to undoTo) error {
	done, err := s.engine.UndoTo(ctx, s.actor, parseMoment(to.moment), to.dry)
	if err != nil && !done.Blocked {
		return err
	}
	if a.json {
		return errors.Join(a.printJSON(done), err)
	}
	var rows [][]string
	for _, step := range done.Steps {
		verb := string(step.Act)
		if act, ok := crmsync.LookAct(step.Act); ok {
			verb = act.Verb
		}
		rows = append(rows, []string{when(step.At), step.Actor, verb, shorten(step.Subject, 40), step.Why})
	}
	if len(rows) > 0 {
		if err := a.table([]string{"AT", "WHO", "DID", "TO", "IN THE WAY"}, rows); err != nil {
			return err
		}
	}
	switch {
	case err != nil:
		return err
	case to.dry:
		a.printf("%s would be taken back; nothing has changed\n", plural(len(done.Steps), "act"))
	default:
		a.printf("%s taken back\n", plural(len(done.Steps), "act"))
	}
	return nil
}
