package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// NetworkRead is what reading files of the network gave.
type NetworkRead struct {
	Lines []string // in words, a line each
}

// reader reads a file of a member's network: a step of the first run, and whenever there is a newer one.
type reader struct {
	stage
	fields []*field // the file, the seat's e-mail address
	focus  int
	busy   bool
	failed error
	read   NetworkRead
	done   bool
}

// readMsg tells how reading ended.
type readMsg struct {
	owner *reader
	read  NetworkRead
	err   error
}

func newReader(s *Session) *reader {
	return &reader{stage: stage{Session: s}, fields: []*field{newField(s.Theme, "Connections.csv, messages.csv, the whole archive .zip, or a list"), newField(s.Theme, "whose file it is, such as ana@acme.com")}}
}

// Title is the screen's name.
func (r *reader) Title() string { return "Read a network file" }

// Show puts the cursor into the first field.
func (r *reader) Show(ctx context.Context) tea.Cmd {
	r.show(ctx)
	r.fields[r.focus].focus()
	return nil
}

// goesOn is what comes after a file was read.
func (r *reader) goesOn() string {
	if r.known && r.overview.Connected == ConnectedNone {
		return "next: " + r.placeOf("Connect")
	}
	return r.keyOf("sync.now") + " syncs and matches"
}

// Update takes letters and the result.
func (r *reader) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case readMsg:
		if msg.owner == r {
			r.busy, r.failed, r.read, r.done = false, msg.err, msg.read, msg.err == nil
			return send(actedMsg{err: msg.err, what: "read the file", text: "The file was read; " + r.goesOn()})
		}
	case tea.KeyMsg:
		return r.typed(msg)
	}
	return nil
}

func (r *reader) typed(msg tea.KeyMsg) tea.Cmd {
	switch keyName(msg) {
	case "esc":
		r.fields[r.focus].blur()
	case "enter":
		if r.focus == len(r.fields)-1 {
			r.fields[r.focus].blur()
			if r.missing() == "" {
				return r.begin()
			}
			return send(toastMsg{state: StateWarn, text: r.missing()})
		}
		r.turn()
	case "tab", "down", "up", "shift+tab":
		r.turn()
	default:
		r.fields[r.focus].key(msg)
	}
	return nil
}

// turn goes to the other field.
func (r *reader) turn() {
	r.fields[r.focus].blur()
	r.focus = (r.focus + 1) % len(r.fields)
	r.fields[r.focus].focus()
}

// Editing is true while a field has the focus.
func (r *reader) Editing() bool { return r.fields[r.focus].focused() }

func (r *reader) missing() string {
	switch {
	case r.busy:
		return "a file is being read"
	case r.fields[0].value() == "":
		return "the file is missing: enter fills it in"
	case !strings.Contains(r.fields[1].value(), "@"):
		return "whose file it is is missing: an e-mail address"
	}
	return ""
}

func (r *reader) begin() tea.Cmd {
	r.busy, r.failed, r.done = true, nil, false
	file, seat := strings.TrimSpace(r.fields[0].value()), strings.TrimSpace(r.fields[1].value())
	return func() tea.Msg {
		read, err := r.Services.Network.Import(r.ctx, file, seat)
		return readMsg{r, read, err}
	}
}

// Actions write the fields, read and leave.
func (r *reader) Actions() []Action {
	return []Action{
		{ID: "reader.edit", Keys: []string{"enter"}, Group: "Decide", Name: "Network: fill in the fields", Short: "fill in", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { r.fields[r.focus].focus(); return nil }},
		{ID: "reader.read", Act: crmsync.ActNetworkImport, Keys: []string{"r"}, Group: "Decide", Name: "Network: read the file", Short: "read it", Verb: "read the file", Foot: true, Why: r.missing, Do: r.begin, Shell: "crmsync network import FILE --seat EMAIL"},
		{ID: "reader.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Network: back", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return r.tell(popMsg{}) }},
	}
}

// Line says what reading means.
func (r *reader) Line() (left, right string) {
	if r.busy {
		return r.Theme.sign(StateRun, "reading"), ""
	}
	return "a file that is broken anywhere changes nothing; reading one again is harmless", ""
}

// View draws the fields, where a file comes from, and what was read.
func (r *reader) View(w, h int) string {
	t := r.Theme
	lines := []string{t.heading("Read a network file", "people, companies, messages", w), ""}
	for i, name := range []string{"File", "Seat"} {
		cursor := " "
		if i == r.focus {
			cursor = t.Accent.Render(t.Cursor)
		}
		lines = append(lines, " "+cursor+t.Text.Render(fit(name, 8))+" "+r.fields[i].view(min(70, w-14)), "")
	}
	for _, line := range []string{"A member asks LinkedIn for a copy of their data (Settings, Data privacy) and gives you the archive, or a file of it. crmsync help network says more.",
		"The seat is added when there is none with that address."} {
		for _, part := range wrap(line, w-4) {
			lines = append(lines, "  "+t.Quiet.Render(part))
		}
	}
	lines = append(lines, "")
	if r.failed != nil {
		for _, part := range wrap(r.wentWrong("read the file", r.failed), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
	}
	if r.done {
		lines = append(lines, "  "+t.sign(StateGood, "Read."))
		for _, line := range r.read.Lines {
			lines = append(lines, "    "+t.Text.Render(cut(clean(line), w-6)))
		}
		lines = append(lines, "", "  "+t.Quiet.Render(r.goesOn()+"; then "+r.placeOf("Matches")+" reviews what was found"))
	}
	return page(lines, w, h)
}
