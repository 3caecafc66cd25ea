package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// bulk accepts everything at or above a score, after showing what that is.
type bulk struct {
	confirm
	filter  BulkFilter
	preview BulkPreview
	read    bool
	err     error
	ask     int
	from    int  // first row of the sample shown
	moved   bool // somebody chose the threshold
}

// bulkMsg carries a preview.
type bulkMsg struct {
	owner   *bulk
	ask     int
	preview BulkPreview
	err     error
}

// bulkScore is where the threshold begins: the score from which the engine accepts by itself.
const bulkScore = 95

// leastBulk is the lowest threshold; below it one in two is wrong.
const leastBulk = 50

func newBulk(s *Session, object string) *bulk {
	b := &bulk{filter: BulkFilter{Object: object, Min: bulkScore}}
	b.confirm = confirm{Session: s, title: "Accept in bulk", act: crmsync.ActMatchBulk, lines: b.content, do: b.accept}
	move := func(n int) func() tea.Cmd { return func() tea.Cmd { return b.raise(n) } }
	b.more = []Action{
		{ID: "bulk.threshold", Keys: []string{"+", "="}, Short: "higher", Foot: true, Local: true, Do: move(1)},
		{ID: "bulk.lower", Keys: []string{"-"}, Short: "lower", Foot: true, Local: true, Do: move(-1)},
		{ID: "bulk.down", Keys: []string{"down", "j"}, Short: "sample", Local: true, Do: func() tea.Cmd { b.from++; return nil }},
		{ID: "bulk.up", Keys: []string{"up", "k"}, Short: "sample", Local: true, Do: func() tea.Cmd { b.from = max(0, b.from-1); return nil }},
	}
	s.pending = append(s.pending, startMsg{b.look()})
	return b
}

// begin is the threshold to begin with where nothing waits at the usual one: the foot of the highest band in which
// something does. What the engine accepts by itself never waits, so that this is what is met as a rule.
func (b *bulk) begin(preview BulkPreview) (from int, better bool) {
	if b.moved || preview.Accept > 0 || preview.Problem != "" {
		return 0, false
	}
	for _, band := range preview.Bands {
		if band.Waiting > 0 && band.From < b.filter.Min {
			return band.From, band.From >= leastBulk
		}
	}
	return 0, false
}

// startMsg hands the root a command that a constructor made.
type startMsg struct{ cmd tea.Cmd }

func (b *bulk) raise(n int) tea.Cmd {
	b.filter.Min = max(leastBulk, min(100, b.filter.Min+n))
	b.from, b.moved = 0, true
	return b.look()
}

// look reads the preview of the present threshold.
func (b *bulk) look() tea.Cmd {
	b.ask++
	ask, filter := b.ask, b.filter
	return func() tea.Msg {
		preview, err := b.Services.Matches.PreviewBulk(b.ctx, filter)
		return bulkMsg{b, ask, preview, err}
	}
}

// Update takes the preview, else asks.
func (b *bulk) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(bulkMsg); ok {
		if msg.owner == b && msg.ask == b.ask {
			if from, better := b.begin(msg.preview); better && msg.err == nil {
				b.filter.Min, b.moved = from, true
				return b.look()
			}
			b.preview, b.err, b.read = msg.preview, msg.err, true
			b.yes, b.note = "", ""
			if b.err == nil && b.preview.Accept > 0 && b.preview.Problem == "" && crmsync.Allowed(b.Actor, crmsync.ActMatchBulk) == nil {
				b.yes = "Accept " + number(b.preview.Accept)
				b.note = "One undo takes all " + number(b.preview.Accept) + " back."
			}
		}
		return nil
	}
	return b.confirm.Update(msg)
}

func (b *bulk) accept() tea.Cmd {
	filter := b.filter
	return func() tea.Msg {
		n, audit, err := b.Services.Matches.AcceptBulk(b.ctx, filter)
		return actedMsg{text: "Accepted " + count(n, "match", "matches") + " in bulk.", audit: audit, err: err, what: "accept in bulk"}
	}
}

// content is the question: the bands, what past reviews say, a sample.
func (b *bulk) content(w int) []string {
	t := b.Theme
	object := b.filter.Object
	if object == "" {
		object = "match"
	}
	lines := []string{t.Text.Render("Accept every "+object+" to review with a score of at least  ") + t.Strong.Render(number(b.filter.Min)), ""}
	switch {
	case b.err != nil:
		for _, line := range wrap(b.wentWrong("preview it", b.err), w) {
			lines = append(lines, t.Bad.Render(line))
		}
		return lines
	case !b.read:
		return append(lines, t.Quiet.Render("counting …"))
	}
	most := int64(1)
	for _, band := range b.preview.Bands {
		most = max(most, band.Waiting)
	}
	for _, band := range b.preview.Bands {
		taken := band.From >= b.filter.Min
		style, word := t.Quiet, t.Quiet.Render("stay")
		switch {
		case taken:
			style, word = t.Good, t.Good.Render("will be accepted")
		case band.To >= b.filter.Min:
			style, word = t.Good, t.Good.Render("from "+number(b.filter.Min)+" accepted")
		}
		lines = append(lines, "  "+t.Text.Render(band.Letter+"  "+fit(fmt.Sprintf("%d–%d", band.From, band.To), 10))+" "+
			t.bar(float64(band.Waiting)/float64(most), 20, style)+t.Text.Render(fitRight(number(band.Waiting), 8))+"  "+word)
	}
	return append(lines, b.sample(w)...)
}

// sample shows how past reviews went and some of the rows.
func (b *bulk) sample(w int) []string {
	t, p := b.Theme, b.preview
	lines := []string{""}
	if p.Judged > 0 {
		right := float64(p.Right) / float64(p.Judged)
		lines = append(lines, t.Text.Render("From past reviews at this score: ")+t.Strong.Render(fmt.Sprintf("%.1f %% right", right*100))+t.Quiet.Render(" ("+number(p.Right)+" of "+number(p.Judged)+")"))
	} else {
		lines = append(lines, t.Quiet.Render("Nobody reviewed a match at this score yet."))
	}
	if p.Problem != "" {
		return append(lines, t.Warn.Render("! "+clean(p.Problem)))
	}
	if len(p.Sample) == 0 {
		return append(lines, t.Quiet.Render("No match waits at this score."))
	}
	lines = append(lines, t.Text.Render(number(len(p.Sample))+" of the "+number(p.Accept)+", drawn by chance:"))
	const rows = 3
	b.from = max(0, min(b.from, len(p.Sample)-rows))
	for _, r := range p.Sample[b.from:min(len(p.Sample), b.from+rows)] {
		lines = append(lines, "  "+t.Text.Render(fit(pair(r), w-10))+" "+t.scoreStyle(r.Score).Render(score(r.Score)))
	}
	if more := len(p.Sample) - rows; more > 0 {
		lines = append(lines, "  "+t.Quiet.Render("… "+number(more)+" more, "+t.upDown()+" to see them"))
	}
	return lines
}
