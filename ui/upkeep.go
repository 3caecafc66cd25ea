package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// UpkeepService looks after the store's files. It is nil over SSH: the files are the server's.
type UpkeepService interface {
	Backup(ctx context.Context, file, passphrase string) (lines []string, err error)
	Verify(ctx context.Context) (lines, findings []string, err error)
}

// upkeep backs the store up, and looks through it for anything wrong.
type upkeep struct {
	document
	busy     string // what is under way; "" = nothing
	title    string // of what is shown
	lines    []string
	findings []string
	err      error
}

// upkeepMsg tells how it ended.
type upkeepMsg struct {
	owner           *upkeep
	title           string
	lines, findings []string
	err             error
}

// upkeepAction opens it from the settings.
func (c *settings) upkeepAction() Action {
	return Action{ID: "store.upkeep", Keys: []string{"B"}, Group: "Show", Name: "Settings: backup, and looking through the store", Short: "backup, verify", Why: func() string {
		if c.Services.Upkeep == nil {
			return "backups are made on the machine of the data directory: crmsync backup FILE"
		}
		return ""
	}, Do: func() tea.Cmd {
		return c.tell(pushMsg{&upkeep{document: document{stage: stage{Session: c.Session}}}})
	}, Shell: "crmsync backup FILE"}
}

// Title is the screen's name.
func (u *upkeep) Title() string { return "Backup and verify" }

// Show begins nothing by itself.
func (u *upkeep) Show(ctx context.Context) tea.Cmd {
	u.show(ctx)
	return nil
}

// Update takes how a backup or a verification ended.
func (u *upkeep) Update(msg tea.Msg) tea.Cmd {
	done, ok := msg.(upkeepMsg)
	if !ok || done.owner != u {
		return nil
	}
	u.busy, u.title, u.lines, u.findings, u.err, u.top = "", done.title, done.lines, done.findings, done.err, 0
	if len(done.findings) > 0 {
		return send(toastMsg{state: StateBad, text: "something is wrong with the store; the screen says what"})
	}
	return send(actedMsg{err: done.err, what: lowerFirst(done.title), text: done.title + ": done"})
}

// Actions back up and verify.
func (u *upkeep) Actions() []Action {
	return append([]Action{
		{ID: "store.backup", Act: crmsync.ActBackup, Keys: []string{"b"}, Group: "Work", Name: "Backup: write an encrypted copy of the store", Short: "back up", Foot: true, Why: u.working, Do: u.askBackup, Shell: "crmsync backup FILE --passphrase-file FILE"},
		{ID: "store.verify", Keys: []string{"v"}, Group: "Work", Name: "Backup: look through the whole store", Short: "verify the store", Foot: true, Why: u.working, Do: u.verify, Shell: "crmsync verify"},
	}, u.moves()...)
}

func (u *upkeep) working() string {
	if u.busy != "" {
		return u.busy + " is under way"
	}
	return ""
}

// askBackup asks where to, and twice for the passphrase.
func (u *upkeep) askBackup() tea.Cmd {
	file := newField(u.Theme, "where to")
	file.set("crmsync-" + u.now().Format("20060102-150405") + ".age")
	fields := []*field{file, newField(u.Theme, ""), newField(u.Theme, "")}
	fields[1].secret, fields[2].secret = true, true
	ask := &prompt{Session: u.Session, title: "Back up", labels: []string{"File", "Passphrase", "Once more"}, fields: fields, yes: "back up", line: "nothing is written over",
		lines: func(w int) []string {
			return wrap("An encrypted copy, made while work goes on. Without the passphrase and the key file nobody opens it: keep both apart from it.", w)
		},
		check: func(values []string) string {
			switch {
			case values[0] == "":
				return "the file is not named yet"
			case len(values[1]) < 12:
				return "the passphrase needs 12 characters at least"
			case values[1] != values[2]:
				return "the two passphrases differ"
			}
			return ""
		},
		do: func(values []string) tea.Cmd {
			u.busy = "the backup"
			return func() tea.Msg {
				lines, err := u.Services.Upkeep.Backup(u.ctx, values[0], values[1])
				return upkeepMsg{owner: u, title: "Back up", lines: lines, err: err}
			}
		}}
	return ask.open()
}

func (u *upkeep) verify() tea.Cmd {
	u.busy = "the verification"
	return func() tea.Msg {
		lines, findings, err := u.Services.Upkeep.Verify(u.ctx)
		return upkeepMsg{owner: u, title: "Verify the store", lines: lines, findings: findings, err: err}
	}
}

// Line says what is under way.
func (u *upkeep) Line() (left, right string) {
	if u.busy != "" {
		return u.Theme.sign(StateRun, u.busy+" is under way; everything else goes on"), u.position()
	}
	return "a purge cannot reach backups: delete those yourself", u.position()
}

// View draws what came of the last time, and what can be done.
func (u *upkeep) View(w, h int) string {
	t := u.Theme
	lines := append([]string{t.heading("Backup and verify", "of the data directory on this machine", w), ""}, u.outcome(w)...)
	for _, way := range []struct{ lead, text string }{
		{u.keyOf("store.backup"), "writes the store, its keyring and the SSH host key into one encrypted file while work goes on."},
		{u.keyOf("store.verify"), "reads every page, every reference and every sealed value. It takes as long as reading all of it, and stops nobody."},
		{"crmsync restore FILE --yes", "brings a backup back. Stop the engine and every console first. What was written to the CRM since the backup is looked for there before anything is sent again."},
	} {
		lead := "  " + t.Key.Render(way.lead)
		if width(way.lead) > 4 { // a command stands alone, whole
			lines = append(lines, lead)
			lead = ""
		}
		for _, part := range wrap(way.text, w-9) {
			lines = append(lines, fit(lead, 7)+t.Quiet.Render(part))
			lead = ""
		}
		lines = append(lines, "")
	}
	return page(u.through(lines, h), w, h)
}

// outcome says how the last backup or verification went, or that one is under way.
func (u *upkeep) outcome(w int) []string {
	t := u.Theme
	var lines []string
	switch {
	case u.busy != "":
		lines = append(lines, "  "+t.sign(StateRun, u.busy+" is under way …"))
	case u.err != nil:
		lines = append(lines, say(t.Bad, u.wentWrong(lowerFirst(u.title), u.err), w)...)
	case len(u.findings) > 0:
		lines = append(lines, "  "+t.sign(StateBad, cut("something is wrong; restore a backup: crmsync restore FILE", w-6)))
		for _, finding := range u.findings {
			lines = append(lines, say(t.Bad, clean(finding), w)...)
		}
	case u.title != "":
		lines = append(lines, "  "+t.sign(StateGood, u.title+": done"))
	default:
		return nil
	}
	for _, line := range u.lines {
		lines = append(lines, "    "+t.Text.Render(cut(clean(line), w-5)))
	}
	return append(lines, "")
}
