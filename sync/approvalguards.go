package sync

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"crmsync/store"
)

// byline names who does something, and who approved it.
func (a Actor) byline() string {
	if a.approval == nil {
		return a.Name
	}
	return a.Name + ", approved by " + a.approval.by
}

// approver is the second admin of what the actor does, or "".
func (a Actor) approver() string {
	if a.approval == nil {
		return ""
	}
	return a.approval.by
}

// approvalID is the id of the approval under which the actor acts, or "".
func (a Actor) approvalID() string {
	if a.approval == nil {
		return ""
	}
	return a.approval.row.ID
}

// ignoreNotFoundAs replaces the error of a row that is not there.
func ignoreNotFoundAs(err, otherwise error) error {
	if errors.Is(err, store.ErrNotFound) {
		return otherwise
	}
	return err
}

// switchingOff asks a second admin before the second admin is switched off.
func (e *Engine) switchingOff(ctx context.Context, actor Actor, value string) (Actor, error) {
	if value == "true" {
		return actor, nil
	}
	return e.secondAdmin(ctx, actor, taskSetting, settingArgs{SettingSecondAdmin, value}, func() (sight, error) {
		return sight{Summary: "let one admin alone do bulk acts and those that nothing takes back", Lines: []string{SettingSecondAdmin + " becomes off"}, Basis: value}, nil
	})
}

// hasTwoAdmins tells whether there would be two admins once users were added or changed.
func (e *Engine) hasTwoAdmins(ctx context.Context, users []ConfigUser) error {
	now, err := e.store.ConsoleUsers(ctx)
	if err != nil {
		return err
	}
	admins := map[string]bool{}
	for _, user := range now {
		admins[user.Name] = user.Role == string(RoleAdmin)
	}
	for _, user := range users {
		admins[user.Name] = user.Role == string(RoleAdmin)
	}
	n := 0
	for _, is := range admins {
		if is {
			n++
		}
	}
	if n < 2 {
		return errTooFewAdmins(n)
	}
	return nil
}

// doesAgain tells whether taking an event back does an act of level bulk or forever again: the event is the undo of one.
func (e *Engine) doesAgain(ctx context.Context, event store.AuditEvent, root ActID) (bool, error) {
	if act, _ := LookAct(root); act.Level < Bulk || event.Act != string(ActUndo) {
		return false, nil
	}
	return e.takesBack(ctx, event)
}

// undoing asks a second admin before an undo that needs one.
func (e *Engine) undoing(ctx context.Context, actor Actor, event store.AuditEvent, root ActID) (Actor, error) {
	return e.secondAdmin(ctx, actor, taskUndo, undoArgs{event.ID}, func() (sight, error) {
		act, _ := LookAct(root)
		seen := sight{Summary: "take back: " + act.Verb + " " + event.Subject, Basis: []string{event.ID, event.UndoneBy}}
		again, err := e.doesAgain(ctx, event, root)
		if again {
			seen.Summary = "do again: " + act.Verb + ", " + event.Subject
		}
		seen.Lines = []string{fmt.Sprintf("event %s of %s, %s", event.ID, event.Actor, event.At.UTC().Format("2 Jan 15:04 UTC"))}
		return seen, err
	})
}

// mayUndoHere is mayUndo for one step of many: what needs a second admin is taken back by itself.
func (e *Engine) mayUndoHere(ctx context.Context, actor Actor, event store.AuditEvent, root ActID) error {
	if err := mayUndo(actor, event, root); err != nil {
		return err
	}
	settings, err := e.settingsOf(ctx)
	if err != nil || !settings.Bool(SettingSecondAdmin) {
		return err
	}
	again, err := e.doesAgain(ctx, event, root)
	if again {
		return fault("approval.needed", "Undo that event by itself, so that it is proposed.", "it does %s again, which needs a second admin", root)
	}
	return err
}

// connecting asks a second admin before a sign-in. What opens the org is not kept: once it is approved, the one who
// proposed it signs in.
func (e *Engine) connecting(ctx context.Context, actor Actor, args connectArgs) (Actor, error) {
	if err := notSandboxHost(args.Host); err != nil {
		return actor, err
	}
	return e.secondAdmin(ctx, actor, taskConnect, args, func() (sight, error) {
		connection, err := e.store.Connection(ctx)
		if ignoreNotFound(err) != nil {
			return sight{}, err
		}
		return sight{Summary: "sign in to Salesforce at " + args.Host, Basis: []any{args, connection.OrgID},
			Lines: []string{"by " + args.Flow, "now connected to: " + nameOr(connection.OrgName, "no organization")}}, nil
	})
}

// restoring asks a second admin before a backup takes the place of the store. What opens the backup is not kept: once it
// is approved, the one who proposed it restores.
func (e *Engine) restoring(ctx context.Context, actor Actor, file string) (Actor, error) {
	digest, err := digestOf(file)
	if err != nil {
		return actor, fault("backup.not_found", "Name the file that crmsync backup made.", "the backup cannot be read: %w", err)
	}
	args := restoreArgs{filepath.Base(file), digest}
	return e.secondAdmin(ctx, actor, taskRestore, args, func() (sight, error) {
		return sight{Summary: "put the backup " + args.File + " in the place of the store", Lines: []string{"SHA-256 " + digest}, Basis: args}, nil
	})
}
