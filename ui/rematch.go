package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// rematch searches the directory and ties a record to another member by hand; the choice holds until a
// person takes it back (S63, S136).
type rematch struct {
	picker[Candidate]
	row     Match
	explain explainer
}

func newRematch(s *Session, row Match) *rematch {
	return &rematch{picker: newPicker[Candidate](s, "a name, a company, a profile address"), row: row, explain: explainer{Session: s, cache: map[string]Explanation{}}}
}

// Title is the screen's name.
func (r *rematch) Title() string { return "Re-match" }

// Show searches with the record's own keys and asks for what is known of it.
func (r *rematch) Show(ctx context.Context) tea.Cmd {
	r.show(ctx)
	return tea.Batch(r.find(), r.explain.read(r.screen, r.row.Record))
}

// find runs the search of the present text.
func (r *rematch) find() tea.Cmd {
	return r.seek(func(ctx context.Context, text string) ([]Candidate, error) {
		return r.Services.Matches.Search(ctx, r.row.Record, text)
	})
}

// Update takes hits and, while a field has the focus, letters.
func (r *rematch) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case foundMsg[Candidate]:
		r.take(msg)
		return nil
	case searchMsg:
		if msg.owner == r && msg.text == r.search.value() && msg.text != r.asked {
			return r.find()
		}
		return nil
	case elsewhereMsg:
		if crmsync.RecordOfSubject(msg.Subject) == r.row.Record {
			event := crmsync.Event(msg)
			return tea.Batch(r.explain.read(r.screen, r.row.Record), send(toastMsg{state: StateWarn, text: r.who(event) + " " + changeOf(event) + " at " + r.clock(event.At) + "; this shows it as it is now"}))
		}
		return nil
	case tea.KeyMsg:
		return r.typed(r, msg)
	}
	return r.explain.update(r.screen, msg)
}

// Actions choose, search and go back.
func (r *rematch) Actions() []Action {
	here := ShellWord(r.row.Record)
	return append([]Action{
		{ID: "rematch.choose", Act: crmsync.ActMatchRematch, Keys: []string{"enter"}, Group: "Decide", Name: "Re-match: choose this one", Short: "choose", Foot: true,
			Why: r.noHit, Do: r.choose, Shell: "crmsync match rematch " + here + " MEMBER"},
		{ID: "rematch.none", Act: crmsync.ActMatchNone, Keys: []string{"n"}, Group: "Decide", Name: "Re-match: none of these", Short: "none of these", Verb: "say that there is no match", Foot: true,
			Do: r.none, Shell: "crmsync match none " + here},
		{ID: "rematch.search", Keys: []string{"/"}, Group: "Everywhere", Name: "Re-match: search the directory", Short: "search", Foot: true, Local: true,
			Do: func() tea.Cmd { r.search.focus(); return nil }, Shell: "crmsync match search " + here + " TEXT"},
		{ID: "rematch.note", Keys: []string{"J"}, Group: "Decide", Name: "Re-match: write a note", Short: "note", Foot: true, Local: true,
			Do: func() tea.Cmd { r.note.focus(); return nil }},
		{ID: "rematch.clear", Keys: []string{"ctrl+l"}, Group: "Everywhere", Name: "Re-match: clear the search", Short: "clear", Local: true,
			Do: func() tea.Cmd { r.search.set(""); return r.find() }},
		{ID: "rematch.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Re-match: back to the list", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return r.tell(popMsg{}) }},
	}, r.moves()...)
}

func (r *rematch) noHit() string {
	if r.cursor >= len(r.hits) {
		return "nobody is chosen; " + r.keyOf("rematch.search") + " searches the directory"
	}
	return ""
}

func (r *rematch) choose() tea.Cmd {
	hit, note := r.hits[r.cursor], r.note.value()
	r.tell(popMsg{})
	record := r.row.Record
	r.deciding(record)
	act := func() tea.Msg {
		audit, err := r.Services.Matches.Rematch(r.ctx, record, hit.Member, note)
		return decidedMsg{record: record, state: "overridden", acted: actedMsg{text: "Chose " + clean(hit.Name) + " for " + clean(r.row.Name) + ".", audit: audit, err: err, what: "change the match"}}
	}
	return act
}

func (r *rematch) none() tea.Cmd {
	note := r.note.value()
	r.tell(popMsg{})
	record := r.row.Record
	r.deciding(record)
	return func() tea.Msg {
		audit, err := r.Services.Matches.NoMatch(r.ctx, record, note)
		return decidedMsg{record: record, state: "none", acted: actedMsg{text: clean(r.row.Name) + " has no match.", audit: audit, err: err, what: "say that there is no match"}}
	}
}

// Line says what a choice means.
func (r *rematch) Line() (left, right string) {
	return r.line("your choice holds until you undo it; the engine will not change it")
}

// View draws the record, the search and the hits.
func (r *rematch) View(w, h int) string {
	t := r.Theme
	lines := r.head(w)
	lines = append(lines, r.searchLine(w), "")
	lines = append(lines, r.hitHeader(w))
	after := r.after(w)
	from, to := r.scroll(h - len(lines) - min(len(after), h/3))
	for i := from; i < to; i++ {
		lines = append(lines, t.row(r.hitRow(r.hits[i], w, i == r.cursor), w, i == r.cursor))
	}
	if r.empty() {
		lines = append(lines, "  "+t.Quiet.Render("nobody in the directory fits; "+r.keyOf("rematch.none")+" says that there is no match"))
	}
	return page(append(lines, after...), w, h)
}

func tookShort(d time.Duration) string {
	if s := took(d); s != "" {
		return s
	}
	return "under 1 ms"
}

// head says which record it is, what it is tied to now, and what the CRM knows.
func (r *rematch) head(w int) []string {
	t := r.Theme
	title := " " + t.Quiet.Render("Matches "+t.Crumb+" ") + t.Strong.Render("Re-match "+cut(clean(r.row.Name), w/2)) + "   " + t.Quiet.Render(clean(r.row.Object)+" ") + t.link(t.Quiet.Render(clean(r.row.Record)), r.row.Address)
	now := t.Quiet.Render("nobody")
	if r.row.Member != "" && r.row.State != "none" {
		company := ""
		if r.row.MemberCompany != "" {
			company = ", " + clean(r.row.MemberCompany)
		}
		now = t.Text.Render(clean(r.row.MemberName)+company) + "  " + t.scoreStyle(r.row.Score).Render(score(r.row.Score)) + "  " + t.Quiet.Render(stateWord(r.row.State))
	}
	lines := []string{title, "", "  " + t.Quiet.Render(fit("Now", 10)) + now}
	if x, ok := r.explain.of(r.row.Record); ok && len(x.Contact) > 0 && r.seesPersonal() {
		text := ""
		for _, f := range x.Contact {
			if f.Value != "" {
				text += " " + t.Dot + " " + clean(f.Value)
			}
		}
		lines = append(lines, "  "+t.Quiet.Render(fit("CRM", 10))+t.Text.Render(cut(text[min(len(text), len(" "+t.Dot+" ")):], w-14)))
	} else if r.row.Company != "" {
		lines = append(lines, "  "+t.Quiet.Render(fit("CRM", 10))+t.Text.Render(cut(clean(r.row.Company), w-14)))
	}
	return append(lines, "")
}

// hitWidths shares the width among name, company, title and reason.
func hitWidths(w int) (name, company, title, why int) {
	left := w - 2 - 5 - 4 - 1
	name, company = left*26/100, left*24/100
	title = left * 24 / 100
	return name, company, title, left - name - company - title
}

func (r *rematch) hitHeader(w int) string {
	name, company, title, why := hitWidths(w)
	return "  " + r.Theme.Quiet.Render(fit("NAME", name)+" "+fit("COMPANY", company)+" "+fit("TITLE", title)+" "+fit("WHY", why)+" "+"SCORE")
}

func (r *rematch) hitRow(c Candidate, w int, selected bool) string {
	t := r.Theme
	name, company, title, why := hitWidths(w)
	text := " " + fit(clean(c.Name), name) + " " + fit(clean(c.Company), company) + " " + fit(orDash(t, clean(c.Title)), title) + " " + fit(clean(c.Why), why) + " "
	if selected {
		return text + score(c.Score)
	}
	return t.Text.Render(text) + t.scoreStyle(c.Score).Render(score(c.Score))
}

// after is what the choice would do, the note, and what was decided before.
func (r *rematch) after(w int) []string {
	t := r.Theme
	if r.cursor >= len(r.hits) {
		return nil
	}
	hit := r.hits[r.cursor]
	lines := []string{"", " " + t.Title.Render("If you choose "+cut(clean(hit.Name), w-20))}
	lines = append(lines, "  "+t.Good.Render(cut(t.Marks.Good+" "+clean(hit.Name)+" becomes the match of "+clean(r.row.Name)+".", w-4)))
	if hit.Taken != "" {
		lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(hit.Taken)+" loses this member: one member belongs to one record.", w-4)))
	}
	if r.row.Member != "" && r.row.Member != hit.Member && r.row.State != "none" && r.row.State != "rejected" {
		lines = append(lines, "  "+t.Warn.Render(cut("! "+clean(r.row.MemberName)+" loses this "+clean(r.row.Object)+"; what was written stays where it is.", w-4)))
	}
	x, ok := r.explain.of(r.row.Record)
	if ok && x.Opportunities > 0 {
		lines = append(lines, "  "+t.Good.Render(t.Marks.Good+" "+count(x.Opportunities, "open opportunity", "open opportunities")+" will point to the choice at the next sync."))
	}
	lines = append(lines, "", "  "+t.Quiet.Render("Note (optional)  ")+r.note.view(min(50, w-22)))
	if ok {
		lines = append(lines, historyLines(t, x, w)...)
	}
	return lines
}
