package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// trial is the part of Writeback that rehearses it with a test contact (S106): each step is shown as it goes.
type trial struct {
	stage
	once
	plan    TrialPlan
	ask     int
	running bool
	steps   []TrialStep // of the trial under way, or the last one of this session
	result  TrialResult
	failed  error
	done    bool // a trial of this session has ended
}

// The messages of the part.
type (
	planMsg struct {
		owner *trial
		ask   int
		plan  TrialPlan
		err   error
	}
	trialMsg struct {
		owner  *trial
		result TrialResult
		err    error
	}
)

// Show reads the plan.
func (p *trial) Show(ctx context.Context) tea.Cmd {
	p.show(ctx)
	return p.load()
}

func (p *trial) load() tea.Cmd {
	p.ask++
	ask, screen := p.ask, p.screen
	return tea.Batch(p.once.begin(screen, p.Session), func() tea.Msg {
		plan, err := p.Services.Writeback.TrialPlan(screen)
		return planMsg{p, ask, plan, err}
	})
}

// Reading is how it stands with the plan.
func (p *trial) Reading() reading { return p.once.of("the plan of a trial", p.load) }

// Update takes the plan, the steps and the end of a trial.
func (p *trial) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case planMsg:
		if msg.owner == p && msg.ask == p.ask && p.end(msg.err) {
			p.plan = msg.plan
		}
	case eventMsg:
		if msg.Kind == crmsync.EventTrial {
			p.follow(crmsync.Event(msg))
		}
	case trialMsg:
		if msg.owner == p {
			return p.ended(msg)
		}
	}
	return nil
}

// follow shows a step as it begins and ends. A trial of another process on the same engine is shown too.
func (p *trial) follow(event crmsync.Event) {
	if len(p.steps) == 0 || event.Step == crmsync.TrialMake && event.Text == "" && event.Err == nil {
		p.begin()
	}
	for i := range p.steps {
		if p.steps[i].Name != event.Step {
			continue
		}
		switch {
		case event.Err != nil:
			p.steps[i].State, p.steps[i].Detail = StateBad, event.Err.Error()
		case event.Text != "":
			p.steps[i].State, p.steps[i].Detail = StateGood, event.Text
		default:
			p.steps[i].State = StateRun
		}
	}
}

func (p *trial) begin() {
	p.steps = nil
	for _, name := range p.plan.Steps {
		p.steps = append(p.steps, TrialStep{Name: name, State: StateOff})
	}
	p.result, p.failed, p.done = TrialResult{}, nil, false
}

// ended keeps how the trial went and reads the plan again: what is left, and the history.
func (p *trial) ended(msg trialMsg) tea.Cmd {
	p.running = false
	if _, proposed := p.proposed(msg.err); proposed {
		p.steps = nil
		return send(actedMsg{err: msg.err})
	}
	p.done = true
	p.result, p.failed = msg.result, msg.err
	for _, step := range msg.result.Steps {
		for i := range p.steps {
			if p.steps[i].Name == step.Name {
				p.steps[i] = step
			}
		}
	}
	acted := actedMsg{err: msg.err, what: "run the trial", text: "The trial has ended: every field was read back equal"}
	if msg.err == nil && !msg.result.OK {
		acted = actedMsg{err: errTrialDiffers, what: "run the trial"}
	}
	return send(acted)
}

var errTrialDiffers = errorText("it did not read back what it wrote; the steps say where")

// errorText is an error of fixed words.
type errorText string

// Error returns the words.
func (e errorText) Error() string { return string(e) }

// Actions run a trial and clean up.
func (p *trial) Actions() []Action {
	return []Action{
		{ID: "trial.run", Act: crmsync.ActTrialRun, Keys: []string{"enter"}, Group: "Decide", Name: "Writeback: run a trial with a test contact", Short: "run trial", Verb: "run the trial", Foot: true, Why: p.cannotRun,
			Do: func() tea.Cmd { return p.preview(false) }, Shell: "crmsync writeback trial run"},
		{ID: "trial.keep", Act: crmsync.ActTrialRun, Keys: []string{"K"}, Group: "Decide", Name: "Writeback: run a trial and keep its contact", Short: "run and keep", Verb: "run a trial", Foot: true, Why: p.cannotRun,
			Do: func() tea.Cmd { return p.preview(true) }, Shell: "crmsync writeback trial run --keep"},
		{ID: "trial.remove", Act: crmsync.ActTrialRemove, Keys: []string{"x"}, Group: "Decide", Name: "Writeback: remove what a trial left", Short: "clean up", Foot: p.plan.Left != "", Why: p.nothingLeft,
			Do: p.askRemove, Shell: "crmsync writeback trial remove"},
		{ID: "trial.request", Keys: []string{"f"}, Group: "Out", Name: "Writeback: the full requests of the trial", Short: "full request", Foot: len(p.result.Sent) > 0, Local: true, Why: p.nothingSent, Do: p.showSent},
	}
}

func (p *trial) cannotRun() string {
	switch {
	case p.running:
		return "a trial is under way"
	case !p.once.known:
		return "the plan was not read yet"
	}
	return p.problem()
}

// problem says why the plan cannot be run, and which screen leads on; "" when it can.
func (p *trial) problem() string {
	if p.plan.Mend == "" {
		return clean(p.plan.Problem)
	}
	return clean(p.plan.Problem) + ": " + p.placeOf(p.plan.Mend) + " leads there"
}

func (p *trial) nothingLeft() string {
	switch {
	case p.running:
		return "a trial is under way"
	case p.plan.Left == "":
		return "nothing of a trial is in the org"
	}
	return ""
}

func (p *trial) nothingSent() string {
	if len(p.result.Sent) == 0 {
		return "no trial has sent anything yet"
	}
	return ""
}

// preview says what the trial will do; Cancel has the focus.
func (p *trial) preview(keep bool) tea.Cmd {
	kinds := clean(strings.Join(p.plan.Kinds, ", "))
	text := "One contact named “Zz Sync Test” is made in " + clean(p.plan.Org) + ", and one activity of each of " + count(len(p.plan.Kinds), "kind", "kinds") + " (" + kinds + ") is written to it as " + clean(p.plan.Seat) +
		", read back and compared. "
	note := "All of it is removed again."
	if keep {
		note = "It stays until " + p.keyOf("trial.remove") + " removes it."
	}
	return p.tell(openMsg{&confirm{Session: p.Session, title: "Trial", yes: "Run the trial", act: crmsync.ActTrialRun, note: note, line: "no real person is written to", do: func() tea.Cmd { return p.run(keep) },
		lines: func(w int) []string {
			var lines []string
			for _, part := range append(wrap(text, w), "") {
				lines = append(lines, p.Theme.Text.Render(part))
			}
			for _, part := range wrap("Nobody else gets anything; switches may be off and nobody has to opt in.", w) {
				lines = append(lines, p.Theme.Quiet.Render(part))
			}
			return lines
		}}})
}

func (p *trial) run(keep bool) tea.Cmd {
	p.begin()
	p.running = true
	return func() tea.Msg {
		result, err := p.Services.Writeback.RunTrial(p.ctx, keep)
		return trialMsg{p, result, err}
	}
}

func (p *trial) askRemove() tea.Cmd {
	left := clean(p.plan.Left)
	return p.tell(openMsg{&confirm{Session: p.Session, title: "Clean up", yes: "Remove it", act: crmsync.ActTrialRemove, note: "Only what carries the mark.",
		lines: func(w int) []string {
			return wrap("The test contact "+left+" and the tasks and notes on it are deleted in "+clean(p.plan.Org)+".", w)
		},
		do: func() tea.Cmd {
			return p.act("clean up", "Removed the test contact and everything on it", func(ctx context.Context) (string, error) {
				return "", p.Services.Writeback.RemoveTrial(ctx)
			})
		}}})
}

// showSent shows the exact requests.
func (p *trial) showSent() tea.Cmd {
	sent := p.result.Sent
	t := p.Theme
	return p.tell(openMsg{&notice{Session: p.Session, title: "What was sent", lines: func(w int) []string {
		var lines []string
		for _, one := range sent {
			lines = append(lines, t.Strong.Render(clean(one.Kind))+t.Quiet.Render(" as "+clean(one.Object)+"  "+clean(one.ID)))
			for _, f := range one.Fields {
				for i, part := range wrap(clean(f.Value), w-17) {
					name := clean(f.Name)
					if i > 0 {
						name = ""
					}
					lines = append(lines, "  "+t.Quiet.Render(fit(name, 14))+" "+t.Text.Render(part))
				}
			}
			lines = append(lines, "")
		}
		return lines
	}}})
}

// line says what happens now.
func (p *trial) line() (left, right string) {
	switch {
	case p.running:
		for i, s := range p.steps {
			if s.State == StateRun {
				return p.Theme.sign(StateRun, "step "+number(i+1)+": "+clean(s.Name)), ""
			}
		}
		return p.Theme.sign(StateRun, "the trial begins"), ""
	case p.plan.Problem != "":
		return p.Theme.sign(StateWarn, p.problem()), ""
	case p.plan.Left != "":
		return p.Theme.sign(StateWarn, "a test contact is in the org; "+p.keyOf("trial.remove")+" removes it"), ""
	}
	return "no real person is written to", ""
}

// view draws the steps, what was sent and the earlier trials.
func (p *trial) view(w, h int) []string {
	t := p.Theme
	lines := []string{t.heading("Trial with a test contact", "no real person is written to", w), ""}
	if !p.once.known {
		return append(lines, p.loading(p.once, w, h-len(lines))...)
	}
	steps := p.steps
	if len(steps) == 0 {
		for _, name := range p.plan.Steps {
			steps = append(steps, TrialStep{Name: name, State: StateOff})
		}
	}
	for i, s := range steps {
		if s.State == StateOff && s.Name == crmsync.TrialRemove && p.done && p.plan.Left != "" {
			s.Detail = "kept; " + p.keyOf("trial.remove") + " removes it"
		}
		lines = append(lines, p.stepLine(i+1, s, w))
	}
	lines = append(lines, "")
	if p.failed != nil {
		for _, part := range wrap(p.wentWrong("run the trial", p.failed), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
		lines = append(lines, "")
	}
	if len(p.result.Sent) > 0 && h-len(lines) >= 4 {
		lines = append(lines, p.sentLines(w, h-len(lines)-1)...)
		lines = append(lines, "")
	} else if len(p.steps) == 0 && len(p.plan.Kinds) > 0 {
		text := "It would write " + clean(strings.Join(p.plan.Kinds, ", ")) + " as " + orDash(t, clean(p.plan.Seat)) + "."
		if p.may(crmsync.ActTrialRun) {
			text += " " + p.keyOf("trial.run") + " shows it before anything is sent."
		}
		lines = append(append(lines, say(t.Quiet, text, w)...), "")
	}
	return append(lines, p.earlierLines(w)...)
}

func (p *trial) stepLine(n int, s TrialStep, w int) string {
	t := p.Theme
	left := "   " + t.style(s.State).Render(t.mark(s.State)) + " " + t.Text.Render(number(n)+"  "+upperFirst(clean(s.Name)))
	lasted := ""
	if s.Took > 0 {
		lasted = "  " + fitRight(took(s.Took), 6)
	}
	right := cut(clean(s.Detail), max(0, w-width(left)-width(lasted)-3)) + lasted
	style := t.Quiet
	if s.State == StateBad {
		style = t.Bad
	}
	return ends(left, style.Render(right)+" ", w)
}

// sentLines are the fields of the first request, as many as fit into h lines, and what else was sent.
func (p *trial) sentLines(w, h int) []string {
	t := p.Theme
	one := p.result.Sent[0]
	fields := one.Fields[:min(len(one.Fields), max(1, h-1))]
	note := ""
	if n := len(one.Fields) - len(fields); n > 0 {
		note = count(n, "more field", "more fields")
	}
	if n := len(p.result.Sent) - 1; n > 0 {
		note = joinWords(", ", note, count(n, "more request", "more requests"))
	}
	if note != "" {
		note += "; " + p.keyOf("trial.request") + " shows all"
	}
	lines := []string{t.heading("What was sent: "+clean(one.Kind), note, w)}
	for _, f := range fields {
		lines = append(lines, "   "+t.Quiet.Render(fit(clean(f.Name), 14))+" "+t.Text.Render(cut(clean(f.Value), w-20)))
	}
	return lines
}

func (p *trial) earlierLines(w int) []string {
	t := p.Theme
	if len(p.plan.Earlier) == 0 {
		return nil
	}
	lines := []string{" " + t.Title.Render("Earlier trials")}
	for _, e := range p.plan.Earlier {
		lines = append(lines, ends("   "+t.style(e.State).Render(t.mark(e.State))+" "+t.Text.Render(cut(clean(e.What), w-34)), t.Quiet.Render(stamp(e.At.In(p.now().Location()), p.now())+"  "+clean(e.By))+" ", w))
	}
	return lines
}

// upperFirst begins a line with a capital.
func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
