package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// tie chooses the CRM record of a person or company of the network, when the CRM does not know them yet (S60): the
// other direction of re-match. The choice holds until a person takes it back.
type tie struct {
	stage
	company      bool
	member, name string
	search       *field
	note         *field
	hits         []RecordHit
	asked        string
	ask          int
	started      time.Time
	lasted       time.Duration
	reading      bool
	err          error
	cursor       int
	top          int
	rows         int
}

// recordsMsg carries the hits of one search.
type recordsMsg struct {
	owner  *tie
	ask    int
	hits   []RecordHit
	lasted time.Duration
	err    error
}

func newTie(s *Session, company bool, member, name string) *tie {
	return &tie{stage: stage{Session: s}, company: company, member: member, name: name,
		search: newField(s.Theme, "a name, a company, a record's address"), note: newField(s.Theme, "why, for the audit trail")}
}

// Title is the screen's name.
func (r *tie) Title() string { return "Choose the record" }

// Show looks for the records that the model compared with the member.
func (r *tie) Show(ctx context.Context) tea.Cmd {
	r.show(ctx)
	return r.find()
}

func (r *tie) find() tea.Cmd {
	r.show(r.ctx) // the search before is given up
	r.ask++
	ask, text := r.ask, r.search.value()
	r.asked, r.reading, r.started = text, true, r.now()
	began, screen := r.started, r.screen
	return func() tea.Msg {
		hits, err := r.Services.Matches.Records(screen, r.company, r.member, text)
		return recordsMsg{r, ask, hits, r.Now().Sub(began), err}
	}
}

// Update takes hits and, while a field has the focus, letters.
func (r *tie) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case recordsMsg:
		if msg.owner == r && msg.ask == r.ask && !cancelled(msg.err) {
			r.hits, r.err, r.lasted, r.reading = msg.hits, msg.err, msg.lasted, false
			r.cursor, r.top = 0, 0
		}
	case searchMsg:
		if msg.owner == r && msg.text == r.search.value() && msg.text != r.asked {
			return r.find()
		}
	case tea.KeyMsg:
		return r.typed(msg)
	}
	return nil
}

func (r *tie) typed(msg tea.KeyMsg) tea.Cmd {
	focused := r.search
	if r.note.focused() {
		focused = r.note
	}
	switch keyName(msg) {
	case "enter", "esc", "tab":
		r.search.blur()
		r.note.blur()
		return nil
	case "ctrl+l":
		focused.set("")
	default:
		focused.key(msg)
	}
	if r.search.focused() {
		return r.wait(r.screen, typeAfter, searchMsg{r, r.search.value()})
	}
	return nil
}

// Editing is true while a field has the focus.
func (r *tie) Editing() bool { return r.search.focused() || r.note.focused() }

// Actions choose, search and go back.
func (r *tie) Actions() []Action {
	move := func(id, short string, n func() int, keys ...string) Action {
		return Action{ID: "list." + id, Keys: keys, Group: "Move", Name: "List: " + short, Short: short, Local: true, Hidden: true, Do: func() tea.Cmd {
			r.cursor = max(0, min(r.cursor+n(), len(r.hits)-1))
			return nil
		}}
	}
	record, member := "RECORD", "MEMBER"
	if r.cursor < len(r.hits) {
		record = shellWord(r.hits[r.cursor].Record)
	}
	if r.member != "" {
		member = shellWord(r.member)
	}
	return []Action{
		{ID: "tie.choose", Act: crmsync.ActMatchRematch, Keys: []string{"enter"}, Group: "Decide", Name: "Record: choose this one", Short: "choose", Foot: true, Why: r.noHit, Do: r.choose, Shell: "crmsync match rematch " + record + " " + member},
		{ID: "tie.search", Keys: []string{"/"}, Group: "Everywhere", Name: "Record: search the CRM's records", Short: "search", Foot: true, Local: true, Do: func() tea.Cmd { r.search.focus(); return nil }},
		{ID: "tie.note", Keys: []string{"N"}, Group: "Decide", Name: "Record: write a note", Short: "note", Foot: true, Local: true, Do: func() tea.Cmd { r.note.focus(); return nil }},
		move("up", "row up", func() int { return -1 }, "up", "k"),
		move("down", "row down", func() int { return 1 }, "down", "j"),
		move("pageup", "page up", func() int { return -max(1, r.rows) }, "pgup", "ctrl+u"),
		move("pagedown", "page down", func() int { return max(1, r.rows) }, "pgdown", "ctrl+d"),
		{ID: "tie.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Record: back", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return r.tell(popMsg{}) }},
	}
}

func (r *tie) noHit() string {
	switch {
	case r.cursor >= len(r.hits):
		return "no record is chosen; / searches the CRM's records"
	case r.hits[r.cursor].Has:
		return "it has this record already"
	}
	return ""
}

func (r *tie) choose() tea.Cmd {
	hit, note := r.hits[r.cursor], r.note.value()
	r.tell(popMsg{})
	return func() tea.Msg {
		audit, err := r.Services.Matches.Rematch(r.ctx, hit.Record, r.member, note)
		return decidedMsg{record: hit.Record, state: "overridden", acted: actedMsg{text: "Chose " + clean(r.name) + " for " + clean(hit.Name) + ".", audit: audit, err: err, what: "change the match"}}
	}
}

// Line says what a choice means.
func (r *tie) Line() (left, right string) {
	if len(r.hits) > 0 {
		right = number(r.cursor+1) + " of " + number(len(r.hits))
	}
	if r.Editing() {
		return "enter or esc leaves the field", right
	}
	return "your choice holds until you undo it; nothing in the CRM is changed by it", right
}

// View draws who it is about, the search and the records.
func (r *tie) View(w, h int) string {
	t := r.Theme
	kind := "the person"
	if r.company {
		kind = "the company"
	}
	found := ""
	switch {
	case r.err != nil:
		found = t.Bad.Render(cut(failure("search", r.err), w-50))
	case r.reading && r.now().Sub(r.started) >= slowAfter:
		found = t.Info.Render("searching …")
	case !r.reading:
		found = t.Quiet.Render(number(len(r.hits)) + " found in " + tookShort(r.lasted))
	}
	name, company, taken := (w-24)*38/100, (w-24)*32/100, (w-24)*30/100
	lines := []string{
		" " + t.Quiet.Render("The record of "+kind+" "+t.Crumb+" ") + t.Strong.Render(cut(clean(r.name), w/2)), "",
		"  " + t.Quiet.Render("Search  ") + fit(r.search.view(34), 36) + "  " + found, "",
		"  " + t.Quiet.Render(fit("RECORD", name)+" "+fit("COMPANY", company)+" "+fit("KIND", 8)+" "+fit("HAS NOW", taken)+" SCORE"),
	}
	after := r.after(w)
	r.rows = max(1, min(len(r.hits), h-len(lines)-len(after)))
	r.top = max(0, min(r.top, len(r.hits)-r.rows))
	r.top = max(min(r.top, r.cursor), r.cursor-r.rows+1)
	for i := r.top; i < min(r.top+r.rows, len(r.hits)); i++ {
		x := r.hits[i]
		text := " " + t.Text.Render(fit(clean(x.Name), name)) + " " + t.Quiet.Render(fit(orDash(t, clean(x.Company)), company)+" "+fit(x.Object, 8)+" "+fit(r.hasNow(x), taken)) + " "
		if x.Score > 0 {
			text += t.scoreStyle(x.Score).Render(score(x.Score))
		} else {
			text += t.Quiet.Render("     " + t.Dash)
		}
		lines = append(lines, t.row(text, w, i == r.cursor))
	}
	if len(r.hits) == 0 && !r.reading && r.err == nil {
		text := "the model compared no record with it; / searches by name, company or a record's address"
		if r.asked != "" {
			text = "no record fits"
		}
		lines = append(lines, "  "+t.Quiet.Render(cut(text, w-4)))
	}
	return page(append(lines, after...), w, h)
}

// hasNow says which member a record has.
func (r *tie) hasNow(x RecordHit) string {
	switch {
	case x.Has:
		return r.Theme.Marks.Good + " this one"
	case x.Taken != "":
		return clean(x.Taken)
	case x.State == "rejected":
		return "rejected it"
	}
	return r.Theme.Dash
}

// after is what the choice would do.
func (r *tie) after(w int) []string {
	t := r.Theme
	if r.cursor >= len(r.hits) {
		return nil
	}
	x := r.hits[r.cursor]
	lines := []string{"", " " + t.Title.Render("If you choose "+cut(clean(x.Name), w-20)),
		"  " + t.Good.Render(cut(t.Marks.Good+" "+clean(r.name)+" becomes its match; notes that wait for one can go.", w-4))}
	for _, other := range r.hits {
		if other.Has && other.Record != x.Record {
			lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(other.Name)+" loses it: one member belongs to one record (a duplicate in the CRM?).", w-4)))
		}
	}
	if x.Taken != "" {
		lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(x.Taken)+" loses this "+x.Object+"; what was written stays where it is.", w-4)))
	}
	return append(lines, "", "  "+t.Quiet.Render("Note (optional)  ")+r.note.view(min(50, w-22)))
}
