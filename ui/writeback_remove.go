package ui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// RemovePreview says what removing a written item from the CRM would do.
type RemovePreview struct {
	Org    string // the name to type
	Object string // Task or Note
	ID     string // in Salesforce
	Kept   string // why it stays; "" when it can be removed
}

// removeAction removes what was written from the CRM again (decision 12).
func (b *writeback) removeAction(l *listing[OutboxItem], id string, why func() string) Action {
	return Action{ID: "written.remove", Act: crmsync.ActWrittenRemove, Keys: []string{"X"}, Group: "Decide", Name: "Outbox: remove the written record from the CRM", Short: "remove", Why: why,
		Do: func() tea.Cmd { return b.askRemove(*l.list.current()) }, Shell: "crmsync writeback remove " + id}
}

// removal asks for the org's name before a record that was written is deleted in the CRM: there is no way back from
// here.
type removal struct {
	*writeback
	item    OutboxItem
	preview RemovePreview
	read    bool
	err     error
	typed   *field
	export  bool // what was sent is written to a file first
}

// removalMsg carries the preview.
type removalMsg struct {
	owner   *removal
	preview RemovePreview
	err     error
}

func (b *writeback) askRemove(item OutboxItem) tea.Cmd {
	d := &removal{writeback: b, item: item, typed: newField(b.Theme, "")}
	d.typed.focus()
	b.tell(openMsg{d})
	return func() tea.Msg {
		preview, err := b.Services.Writeback.PreviewRemove(b.ctx, item.ID)
		return removalMsg{d, preview, err}
	}
}

// Update takes the preview and the letters of the name.
func (d *removal) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case removalMsg:
		if msg.owner == d {
			d.preview, d.err, d.read = msg.preview, msg.err, true
		}
	case tea.KeyMsg:
		switch keyName(msg) {
		case "esc":
			return d.tell(closeMsg{})
		case "tab":
			d.export = !d.export && d.Services.Files != nil
			return nil
		case "enter":
			return d.accept()
		}
		d.typed.key(msg)
	}
	return nil
}

// accept removes when the name is right, and otherwise changes nothing.
func (d *removal) accept() tea.Cmd {
	if !d.read || d.err != nil || d.preview.Kept != "" {
		return d.tell(closeMsg{})
	}
	if d.typed.value() != clean(d.preview.Org) {
		return send(toastMsg{state: StateWarn, text: "the name of the org is not typed yet: " + clean(d.preview.Org)})
	}
	d.tell(closeMsg{})
	item, org := d.item, d.preview.Org
	return d.act("remove the record", "Removed "+toward(clean(item.Kind), clean(item.Who))+" from the CRM.", func(ctx context.Context) (string, error) {
		if d.export {
			if _, _, err := d.writeExport(d.sent(), "ndjson", "crmsync-removed-"+d.preview.ID+".ndjson"); err != nil {
				return "", fmt.Errorf("nothing was removed, since the file could not be written: %w", err)
			}
		}
		return "", d.Services.Writeback.Remove(ctx, item.ID, org)
	})
}

// sent is the record as it was written, for the file.
func (d *removal) sent() exporter {
	fields := append([]Field{{"Id", d.preview.ID}, {"Object", d.preview.Object}}, d.item.Fields...)
	return exporter{name: "removed record", headers: []string{"FIELD", "VALUE"}, rows: func(_ context.Context, each func([]string) error) error {
		for _, f := range fields {
			if err := each([]string{f.Name, f.Value}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// View says what goes, or why it stays.
func (d *removal) View(w, _ int) []string {
	t := d.Theme
	inner := min(64, w-8)
	var lines []string
	say := func(text string) {
		for _, part := range wrap(text, inner) {
			lines = append(lines, t.Text.Render(part))
		}
	}
	switch {
	case d.err != nil:
		say(d.wentWrong("look at the record", d.err))
	case !d.read:
		say("reading the record back …")
	case d.preview.Kept != "":
		say("The record stays: " + clean(d.preview.Kept) + ".")
	default:
		say(clean(d.preview.Object) + " " + clean(d.preview.ID) + " is deleted in Salesforce; its recycle bin keeps it for 15 days. The item is never written again.")
		lines = append(lines, d.secondLines(crmsync.ActWrittenRemove, inner)...)
		if d.Services.Files != nil {
			lines = append(lines, "", t.Text.Render(box(d.export)+" first write what was sent to a file")+t.Quiet.Render("  (tab)"))
		}
		lines = append(lines, "", t.Text.Render("Type the org's name ")+t.Strong.Render(cut(clean(d.preview.Org), inner/3))+t.Text.Render(": ")+d.typed.view(inner/3))
	}
	return t.box("Remove from the CRM", lines, inner, t.Warning)
}

// Actions are the keys of the question.
func (d *removal) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	if d.read && (d.err != nil || d.preview.Kept != "") {
		return []Action{{ID: "dialog.no", Keys: []string{"esc"}, Short: "close", Foot: true, Local: true, Do: nothing}}
	}
	return []Action{
		{ID: "dialog.export", Keys: []string{"tab"}, Short: "export first", Foot: d.Services.Files != nil, Local: true, Do: nothing},
		{ID: "dialog.yes", Keys: []string{"enter"}, Short: "remove", Foot: true, Local: true, Do: nothing},
		{ID: "dialog.no", Keys: []string{"esc"}, Short: "cancel", Foot: true, Local: true, Do: nothing},
	}
}

// Line says that nothing has happened yet.
func (d *removal) Line() string {
	if d.preview.Kept != "" {
		return "nothing is removed"
	}
	return "nothing is removed yet"
}

// Guarded is true: the question must be read before the name is typed.
func (d *removal) Guarded() bool { return true }
