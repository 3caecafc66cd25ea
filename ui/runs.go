package ui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// runs is the history of what the engine did: imports, match runs, writeback and trials.
type runs struct {
	listing[crmsync.RunSummary]
}

// runReadMsg brings all of one run.
type runReadMsg struct {
	run crmsync.RunDetails
	err error
}

func newRuns(s *Session) *runs {
	r := &runs{newListing(s, "The runs", source[crmsync.RunSummary]{page: func(ctx context.Context, seek Seek) (Page[crmsync.RunSummary], error) {
		return s.Services.Runs.Page(ctx, seek)
	}}, []column[crmsync.RunSummary]{
		{title: "STARTED", width: 12, cell: func(r *crmsync.RunSummary) string { return stamp(r.StartedAt.In(s.now().Location()), s.now()) }, style: quietly[crmsync.RunSummary](s.Theme)},
		{title: "WORK", width: 9, cell: func(r *crmsync.RunSummary) string { return string(r.Kind) }},
		{title: "STATE", width: 11, cell: func(r *crmsync.RunSummary) string {
			state, word := runState(r)
			return s.Theme.mark(state) + " " + word
		},
			style: func(r *crmsync.RunSummary) lipgloss.Style { state, _ := runState(r); return s.Theme.style(state) }},
		{title: "DID", width: 16, grow: 3, cell: func(r *crmsync.RunSummary) string { return orDash(s.Theme, runCounts(r)) }},
		{title: "TOOK", width: 8, from: 70, right: true, cell: func(r *crmsync.RunSummary) string { return runTook(r) }},
		{title: "API CALLS", width: 9, from: 90, right: true, cell: func(r *crmsync.RunSummary) string { return number(r.APICalls) }},
		{title: "ERROR", width: 18, from: 100, cell: func(r *crmsync.RunSummary) string { return r.ErrorCode }},
	})}
	r.list.more = []column[crmsync.RunSummary]{{title: "RUN", cell: func(r *crmsync.RunSummary) string { return r.ID }}, {title: "AT", cell: func(r *crmsync.RunSummary) string { return moment(r.StartedAt) }},
		{title: "BY", cell: func(r *crmsync.RunSummary) string { return r.By }}, {title: "WRONG", cell: func(r *crmsync.RunSummary) string { return r.Error }}}
	return r
}

// runState is how a run ended, as a mark and a word.
func runState(r *crmsync.RunSummary) (State, string) {
	switch r.State {
	case "running":
		return StateRun, "running"
	case "done":
		return StateGood, "done"
	case "partial":
		return StateWarn, "in part"
	case "cancelled":
		return StateOff, "stopped"
	case "failed":
		return StateBad, "failed"
	}
	return StateOff, clean(r.State)
}

func runTook(r *crmsync.RunSummary) string {
	return took(max(time.Duration(r.Seconds*float64(time.Second)), time.Millisecond))
}

// runCounts are the counts of a run that are not zero.
func runCounts(r *crmsync.RunSummary) string {
	var words []string
	for _, word := range crmsync.CountWords(r.Kind) {
		if n := r.Counts[word]; n != 0 {
			noun := strings.ReplaceAll(word, "_", " ")
			if n == 1 {
				noun = strings.Replace(noun, "objects ", "object ", 1)
			}
			words = append(words, number(n)+" "+noun)
		}
	}
	if len(words) == 0 && r.State == "done" {
		return "nothing to do"
	}
	return strings.Join(words, ", ")
}

// Title is the screen's name.
func (r *runs) Title() string { return "Runs" }

// Update takes rows, and reads again when a run begins or ends.
func (r *runs) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := r.list.update(r.screen, msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case runReadMsg:
		if msg.err != nil {
			return r.tell(actedMsg{what: "read the run", err: msg.err})
		}
		return r.tell(openMsg{&notice{Session: r.Session, title: "Run", lines: func(w int) []string { return r.runLines(msg.run, w) }}})
	case eventMsg:
		switch msg.Kind {
		case crmsync.EventRunStarted:
			return r.arrived(1)
		case crmsync.EventRunEnded:
			return r.arrived(0)
		}
	}
	return nil
}

// Actions show a run and copy its id.
func (r *runs) Actions() []Action {
	id := "RUN"
	if run := r.list.current(); run != nil {
		id = ShellWord(run.ID)
	}
	return append([]Action{
		{ID: "run.show", Keys: []string{"enter"}, Group: "Out", Name: "Runs: everything about this one", Short: "details", Foot: true, Why: r.none, Do: r.open, Shell: "crmsync runs show " + id},
		{ID: "run.copy", Keys: []string{"y"}, Group: "Out", Name: "Runs: copy the id", Short: "copy id", Foot: true, Local: true, Why: r.none, Do: func() tea.Cmd { return send(copyMsg{r.list.current().ID}) }},
		{ID: "run.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Runs: back to Home", Short: "back", Foot: true, Local: true, Hidden: true, Do: r.leave},
	}, r.walk(nil)...)
}

func (r *runs) none() string {
	if r.list.current() == nil {
		return "nothing ran yet"
	}
	return ""
}

// open reads all of the chosen run.
func (r *runs) open() tea.Cmd {
	id, ctx := r.list.current().ID, r.screen
	return func() tea.Msg {
		run, err := r.Services.Runs.Run(ctx, id)
		return runReadMsg{run: run, err: err}
	}
}

// runLines are all of a run.
func (r *runs) runLines(run crmsync.RunDetails, w int) []string {
	t := r.Theme
	state, word := runState(&run.RunSummary)
	lines := []string{t.Strong.Render(clean(string(run.Kind))) + "  " + t.sign(state, word),
		t.Quiet.Render(cut("began "+run.StartedAt.In(r.now().Location()).Format("2 Jan 2006 15:04:05")+" by "+clean(run.By)+", took "+runTook(&run.RunSummary)+", "+count(run.APICalls, "API call", "API calls"), w))}
	for _, part := range wrap(orDash(t, runCounts(&run.RunSummary)), w) {
		lines = append(lines, t.Text.Render(part))
	}
	if run.ErrorCode != "" {
		lines = append(lines, "")
		for _, part := range wrap(clean(run.ErrorCode+": "+run.Error), w) {
			lines = append(lines, t.Bad.Render(part))
		}
	}
	if len(run.Objects) > 0 {
		lines = append(lines, "", t.Quiet.Render(objectCells("OBJECT", "READ", "NEW", "CHANGED", "REMOVED", "SAME")))
	}
	for _, o := range run.Objects {
		lines = append(lines, t.Text.Render(objectCells(objectLabel(clean(o.Object)), number(o.Fetched), number(o.Inserted), number(o.Updated), number(o.Deleted), number(o.Unchanged))))
		if o.Error != nil {
			for _, part := range wrap(clean(o.Error.Code+": "+o.Error.Message), w-2) {
				lines = append(lines, "  "+t.Bad.Render(part))
			}
		}
	}
	lines = append(lines, "", t.Faint.Render("run "+clean(run.ID)))
	if run.Replays {
		lines = append(lines, t.Faint.Render("again, to compare: crmsync replay RUN"))
	}
	return lines
}

func objectCells(name string, counts ...string) string {
	cells := []string{fit(name, 12)}
	for _, n := range counts {
		cells = append(cells, fitRight(n, 8))
	}
	return strings.Join(cells, " ")
}

// Line says what the list is.
func (r *runs) Line() (left, right string) {
	return "every import, match run, writeback and trial", r.list.position()
}

// View draws the list and, below, the chosen run.
func (r *runs) View(w, h int) string {
	t := r.Theme
	if r.isEmpty() {
		return t.emptyPage(StateOff, "Nothing ran yet", []string{r.keyOf("sync.now") + " starts an import; its run stands here with what it did."}, w, h)
	}
	lines := []string{t.heading("Home "+t.Crumb+" runs", "", w), ""}
	below := 0
	if h >= 12 {
		below = 5
	}
	lines = append(lines, r.lines(w, min(h-len(lines)-below, max(5, r.list.pager.Rows()+1)))...)
	if run := r.list.current(); run != nil && below > 0 {
		state, word := runState(run)
		lines = append(lines, "", t.heading(clean(string(run.Kind))+", "+word, "run "+clean(run.ID), w))
		what, style := orDash(t, runCounts(run)), t.Text
		if run.ErrorCode != "" {
			what, style = clean(run.ErrorCode+": "+run.Error), t.style(state)
		}
		for i, part := range wrap(what, w-4) {
			if i == below-2 {
				break
			}
			lines = append(lines, "  "+style.Render(part))
		}
	}
	return page(lines, w, h)
}
