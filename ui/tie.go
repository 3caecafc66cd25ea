package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// tie chooses the CRM record of a person or company of the network, when the CRM does not know them yet (S60): the
// other direction of re-match. The choice holds until a person takes it back.
type tie struct {
	picker[RecordHit]
	company      bool
	member, name string
}

func newTie(s *Session, company bool, member, name string) *tie {
	return &tie{picker: newPicker[RecordHit](s, "a name, a company, a record's address"), company: company, member: member, name: name}
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
	return r.seek(func(ctx context.Context, text string) ([]RecordHit, error) {
		return r.Services.Matches.Records(ctx, r.company, r.member, text)
	})
}

// Update takes hits and, while a field has the focus, letters.
func (r *tie) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case foundMsg[RecordHit]:
		r.take(msg)
	case searchMsg:
		if msg.owner == r && msg.text == r.search.value() && msg.text != r.asked {
			return r.find()
		}
	case tea.KeyMsg:
		return r.typed(r, msg)
	}
	return nil
}

// Actions choose, search and go back.
func (r *tie) Actions() []Action {
	record, member := "RECORD", "MEMBER"
	if r.cursor < len(r.hits) {
		record = ShellWord(r.hits[r.cursor].Record)
	}
	if r.member != "" {
		member = ShellWord(r.member)
	}
	return append([]Action{
		{ID: "tie.choose", Act: crmsync.ActMatchRematch, Keys: []string{"enter"}, Group: "Decide", Name: "Record: choose this one", Short: "choose", Foot: true, Why: r.noHit, Do: r.choose, Shell: "crmsync match rematch " + record + " " + member},
		{ID: "tie.search", Keys: []string{"/"}, Group: "Everywhere", Name: "Record: search the CRM's records", Short: "search", Foot: true, Local: true, Do: func() tea.Cmd { r.search.focus(); return nil }},
		{ID: "tie.note", Keys: []string{"J"}, Group: "Decide", Name: "Record: write a note", Short: "note", Foot: true, Local: true, Do: func() tea.Cmd { r.note.focus(); return nil }},
		{ID: "tie.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Record: back", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return r.tell(popMsg{}) }},
	}, r.moves()...)
}

func (r *tie) noHit() string {
	switch {
	case r.cursor >= len(r.hits):
		return "no record is chosen; " + r.keyOf("tie.search") + " searches the CRM's records"
	case r.hits[r.cursor].Has:
		return "it has this record already"
	}
	return ""
}

func (r *tie) choose() tea.Cmd {
	hit, note := r.hits[r.cursor], r.note.value()
	r.deciding(hit.Record)
	r.tell(popMsg{})
	return func() tea.Msg {
		audit, err := r.Services.Matches.Rematch(r.ctx, hit.Record, r.member, note)
		return decidedMsg{record: hit.Record, state: "overridden", acted: actedMsg{text: "Chose " + clean(r.name) + " for " + clean(hit.Name) + ".", audit: audit, err: err, what: "change the match"}}
	}
}

// Line says what a choice means.
func (r *tie) Line() (left, right string) {
	return r.line("your choice holds until you undo it; the CRM is not changed")
}

// View draws who it is about, the search and the records.
func (r *tie) View(w, h int) string {
	t := r.Theme
	kind := "the person"
	if r.company {
		kind = "the company"
	}
	name, company, taken := (w-24)*38/100, (w-24)*32/100, (w-24)*30/100
	lines := []string{
		" " + t.Quiet.Render("The record of "+kind+" "+t.Crumb+" ") + t.Strong.Render(cut(clean(r.name), w/2)), "",
		r.searchLine(w), "",
		"  " + t.Quiet.Render(fit("RECORD", name)+" "+fit("COMPANY", company)+" "+fit("KIND", 8)+" "+fit("HAS NOW", taken)+" SCORE"),
	}
	after := r.after(w)
	from, to := r.scroll(h - len(lines) - len(after))
	for i := from; i < to; i++ {
		x := r.hits[i]
		text := " " + t.Text.Render(fit(clean(x.Name), name)) + " " + t.Quiet.Render(fit(orDash(t, clean(x.Company)), company)+" "+fit(clean(x.Object), 8)+" "+fit(r.hasNow(x), taken)) + " "
		if x.Score > 0 {
			text += t.scoreStyle(x.Score).Render(score(x.Score))
		} else {
			text += t.Quiet.Render("     " + t.Dash)
		}
		lines = append(lines, t.row(text, w, i == r.cursor))
	}
	if r.empty() {
		text := "the model compared no record with it; " + r.keyOf("tie.search") + " searches by name, company or a record's address"
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
		lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(x.Taken)+" loses this "+clean(x.Object)+"; what was written stays where it is.", w-4)))
	}
	return append(lines, "", "  "+t.Quiet.Render("Note (optional)  ")+r.note.view(min(50, w-22)))
}
