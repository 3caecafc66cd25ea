package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// wholeDetail is a height that everything about a match fits into; the screen scrolls.
const wholeDetail = 1000

// detail is one match with everything known about it, in the whole window.
type detail struct {
	stage
	from  *matches
	row   Match
	top   int
	shown int
	long  int
}

func newDetail(from *matches, row Match) *detail {
	return &detail{stage: stage{Session: from.Session}, from: from, row: row}
}

// Title is the record's name.
func (d *detail) Title() string { return "Match" }

// Show asks for the evidence.
func (d *detail) Show(ctx context.Context) tea.Cmd {
	d.show(ctx)
	if _, ok := d.from.explain.of(d.row.Record); ok {
		return nil
	}
	return d.from.explain.read(d.screen, d.row.Record)
}

// Update says who changed the match elsewhere; the list below takes the answers.
func (d *detail) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(changedMsg); ok && msg.owner == d.from && msg.record == d.row.Record && d.stage.shown() {
		return send(msg.toast())
	}
	return nil
}

// Actions decide this match and scroll.
func (d *detail) Actions() []Action {
	var out []Action
	for _, a := range d.from.decisions() {
		switch a.ID {
		case "match.accept", "match.reject", "match.rematch", "match.judge", "undo":
			do := a.Do
			if a.ID == "match.accept" || a.ID == "match.reject" {
				a.Do = func() tea.Cmd { return tea.Batch(do(), d.tell(popMsg{})) }
			}
			out = append(out, a)
		}
	}
	out = append(out, strides("detail", "Match", "line", func() int { return d.shown }, func(n int) tea.Cmd {
		d.top = max(0, min(d.top+n, d.long-d.shown))
		return nil
	})...)
	return append(out,
		Action{ID: "match.member", Keys: []string{"enter", "p"}, Group: "Out", Name: "Match: the page of the person or company", Short: "page", Foot: true, Local: true, Why: func() string { return d.noMember(d.row.Member) },
			Do: func() tea.Cmd { return d.openMember(d.row.Object == "Account", d.row.Member, d.row.MemberName) }},
		Action{ID: "match.link", Keys: []string{"o"}, Group: "Out", Name: "Match: link to the record in the CRM", Short: "link", Foot: true, Local: true, Do: d.from.link},
		Action{ID: "match.copy", Keys: []string{"y"}, Group: "Out", Name: "Match: copy the record's address", Short: "copy link", Foot: true, Local: true, Do: d.from.copy},
		Action{ID: "detail.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Match: back to the list", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return d.tell(popMsg{}) }},
	)
}

// Line says where one is.
func (d *detail) Line() (left, right string) {
	if d.long > d.shown {
		return "", number(d.top+1) + "–" + number(min(d.long, d.top+d.shown)) + " of " + count(d.long, "line", "lines")
	}
	return "", ""
}

// View draws the pane in the whole width, scrolled.
func (d *detail) View(w, h int) string {
	t := d.Theme
	r := d.row
	head := []string{
		" " + t.Quiet.Render("Matches "+t.Crumb+" ") + t.Strong.Render(cut(clean(r.Name), w/2)) + "   " + t.Quiet.Render(clean(r.Object)+" ") + t.link(t.Link.Render(clean(r.Record)), r.Address),
		"",
	}
	x, ok := d.from.explain.of(r.Record)
	var lines []string
	if ok {
		for _, line := range detailOf(t, x, d.seesPersonal(), w-2, wholeDetail) {
			lines = append(lines, " "+line)
		}
		lines = append(lines, d.contactLines(x, w)...)
	} else {
		for _, line := range d.from.pendingLines(&r, w-2) {
			lines = append(lines, " "+line)
		}
	}
	d.long, d.shown = len(lines), h-len(head)
	d.top = max(0, min(d.top, d.long-d.shown))
	lines = lines[d.top:min(len(lines), d.top+d.shown)]
	return page(append(head, lines...), w, h)
}

// contactLines are the CRM's contact information (S13), with the badge that leads to the record (S7).
func (d *detail) contactLines(x Explanation, w int) []string {
	t := d.Theme
	if len(x.Contact) == 0 || !d.seesPersonal() {
		return nil
	}
	lines := []string{"", " " + t.Title.Render("In the CRM")}
	for _, f := range x.Contact {
		lines = append(lines, "   "+t.Quiet.Render(fit(clean(f.Name), 15))+t.Text.Render(cut(clean(f.Value), w-22)))
	}
	if strings.HasPrefix(x.Address, "http") {
		lines = append(lines, "   "+t.Quiet.Render(fit("record", 15))+t.link(t.Link.Render(cut(clean(x.Address), w-22)), x.Address))
	}
	return lines
}
