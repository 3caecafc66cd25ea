package ui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// itemActions decide on the chosen item.
func (b *writeback) itemActions(l *listing[OutboxItem]) []Action {
	id := "ID"
	if r := l.list.current(); r != nil {
		id = ShellWord(r.ID)
	}
	inState := func(what string, states ...string) func() string {
		return func() string {
			r := l.list.current()
			switch {
			case r == nil:
				return "no item is chosen"
			case slices.Contains(states, r.State):
				return ""
			}
			_, word := outboxWord(r.State)
			return "an item that is " + word + " cannot be " + what
		}
	}
	decide := func(a Action) Action { a.Group, a.Foot = "Decide", true; return a }
	out := []Action{
		decide(Action{ID: "outbox.retry", Act: crmsync.ActOutboxRetry, Keys: []string{"r"}, Name: "Outbox: retry this item", Short: "retry", Why: inState("retried", "failed", "doubtful"), Do: func() tea.Cmd { return b.askRetry(*l.list.current()) }, Shell: "crmsync writeback retry " + id}),
		decide(Action{ID: "outbox.drop", Act: crmsync.ActOutboxDrop, Keys: []string{"d"}, Name: "Outbox: drop this item", Short: "drop", Why: inState("dropped", "held", "queued", "failed", "doubtful"), Do: func() tea.Cmd { return b.drop(*l.list.current()) }, Shell: "crmsync writeback drop " + id}),
		decide(Action{ID: "activity.hold", Act: crmsync.ActActivityHold, Keys: []string{"h"}, Name: "Outbox: hold this activity back", Short: "hold", Why: b.cannotHold(l), Do: func() tea.Cmd { return b.hold(*l.list.current()) }, Shell: "crmsync writeback hold " + id}),
		decide(Action{ID: "activity.release", Act: crmsync.ActActivityRelease, Keys: []string{"l"}, Name: "Outbox: let your own activity go", Short: "let go", Verb: "let it go", Why: b.cannotRelease(l), Do: func() tea.Cmd { return b.release(*l.list.current()) }, Shell: "crmsync me release " + id}),
		decide(Action{ID: "outbox.match", Act: crmsync.ActMatchRematch, Keys: []string{"m"}, Name: "Outbox: choose the record it belongs to", Short: "match", Why: b.cannotTie(l), Do: func() tea.Cmd {
			r := l.list.current()
			return b.tell(pushMsg{newTie(b.Session, r.Company, r.Member, r.Who)})
		}, Shell: "crmsync match rematch RECORD MEMBER"}),
	}
	out = append(out, b.removeAction(l, id, inState("removed from the CRM", "written", "unassigned", store.NoteInvisible)))
	return append(out, b.lookActions(l)...)
}

// lookActions show the chosen item and what it is about.
func (b *writeback) lookActions(l *listing[OutboxItem]) []Action {
	chosen := func() string {
		if l.list.current() == nil {
			return "no item is chosen"
		}
		return ""
	}
	linked := func() string {
		if r := l.list.current(); r == nil || r.Address == "" {
			return "the item has no record yet"
		}
		return ""
	}
	return []Action{
		{ID: "outbox.show", Keys: []string{"enter"}, Group: "Out", Name: "Outbox: the request and everything about this item", Short: "request", Foot: true, Local: true, Why: chosen, Do: func() tea.Cmd { return b.open(*l.list.current()) }, Shell: "crmsync writeback outbox"},
		{ID: "outbox.member", Keys: []string{"p"}, Group: "Out", Name: "Outbox: the page of the person or company", Short: "page", Local: true, Why: func() string {
			if why := chosen(); why != "" {
				return why
			}
			return b.noMember(l.list.current().Member)
		}, Do: func() tea.Cmd { r := l.list.current(); return b.openMember(r.Company, r.Member, r.Who) }},
		{ID: "outbox.link", Keys: []string{"o"}, Group: "Out", Name: "Outbox: link to the record in the CRM", Short: "link", Local: true, Why: linked, Do: func() tea.Cmd { return linkTo(l.list.current().Address) }},
		{ID: "outbox.copy", Keys: []string{"y"}, Group: "Out", Name: "Outbox: copy the record's address", Short: "copy link", Local: true, Why: linked, Do: func() tea.Cmd { return send(copyMsg{l.list.current().Address}) }},
	}
}

// outboxStates are what the outbox can be narrowed to, in the order in which the key goes through them.
func outboxStates() []string {
	return []string{"", "failed", "doubtful", onlyLate, store.NoteInvisible, "held", "queued", "written", "unassigned", "dropped"}
}

// manyActions act on the whole outbox.
func (b *writeback) manyActions() []Action {
	return []Action{
		{ID: "outbox.retry.all", Act: crmsync.ActOutboxRetry, Keys: []string{"A"}, Group: "Many", Name: "Outbox: retry everything that failed", Short: "retry all", Foot: true, Why: b.nothingFailed, Do: b.askRetryAll, Shell: "crmsync writeback retry --all"},
		{ID: "outbox.state", Keys: []string{"f"}, Group: "Filter", Name: "Outbox: next state", Short: "next state", Local: true, Do: func() tea.Cmd {
			return b.only(next(outboxStates(), b.filter.State, 1))
		}},
	}
}

// only narrows the outbox to one state.
func (b *writeback) only(state string) tea.Cmd {
	b.filter.State = state
	return b.outbox.list.reload(b.outbox.screen)
}

// Back shows the whole outbox again, or the requests of a shadow run instead of its sum.
func (b *writeback) Back() (tea.Cmd, bool) {
	if b.part == partShadow {
		return b.shadow.Back()
	}
	if b.part != partOutbox || b.filter.State == "" {
		return nil, false
	}
	return b.only(""), true
}

func (b *writeback) nothingFailed() string {
	if b.known && b.types.States["failed"] == 0 {
		return "nothing failed for good"
	}
	return ""
}

func (b *writeback) cannotHold(l *listing[OutboxItem]) func() string {
	return func() string { return whyNotHold(l.list.current()) }
}

func (b *writeback) cannotRelease(l *listing[OutboxItem]) func() string {
	return func() string { return whyNotRelease(l.list.current()) }
}

// whyNotHold says why an item cannot be held back; "" when it can.
func whyNotHold(r *OutboxItem) string {
	switch {
	case r == nil:
		return "no item is chosen"
	case r.Hold == crmsync.HoldByHand.Code && r.State == "held":
		return "it is held by hand already"
	case !slices.Contains([]string{"held", "queued", "failed"}, r.State):
		_, word := outboxWord(r.State)
		return "an item that is " + word + " cannot be held"
	}
	return ""
}

// whyNotRelease says why an item cannot be let go; "" when it can.
func whyNotRelease(r *OutboxItem) string {
	switch {
	case r == nil:
		return "no item is chosen"
	case r.State != "held":
		return "it is not held"
	case !r.Own:
		return "only the member whose activity it is can let it go"
	}
	return ""
}

func (b *writeback) cannotTie(l *listing[OutboxItem]) func() string {
	return func() string {
		r := l.list.current()
		switch {
		case r == nil:
			return "no item is chosen"
		case r.Member == "":
			return "nobody is named on it"
		case r.State == "sending":
			return "it is being sent now"
		}
		return ""
	}
}

func (b *writeback) hold(r OutboxItem) tea.Cmd {
	return b.act("hold the activity", "Held "+clean(r.Kind)+" to "+clean(r.Who)+".", func(ctx context.Context) (string, error) { return b.Services.Writeback.Hold(ctx, r.ID) })
}

func (b *writeback) release(r OutboxItem) tea.Cmd {
	return b.act("let the activity go", "Let go "+clean(r.Kind)+" to "+clean(r.Who)+".", func(ctx context.Context) (string, error) { return b.Services.Writeback.Release(ctx, r.ID) })
}

func (b *writeback) askRetry(r OutboxItem) tea.Cmd {
	text := "The item is sent again as it is."
	if r.State == "doubtful" {
		text = "Salesforce may have it already: the answer was lost. Sending again can make a second copy. Look in the CRM first."
	}
	return b.tell(openMsg{b.question(crmsync.ActOutboxRetry, "Retry "+clean(r.Kind)+" to "+clean(r.Who), "Retry 1", text, func() tea.Cmd {
		return b.act("retry the item", "Queued again.", func(ctx context.Context) (string, error) { return b.Services.Writeback.Retry(ctx, r.ID) })
	})})
}

func (b *writeback) drop(r OutboxItem) tea.Cmd {
	return b.act("drop the item", "Dropped "+clean(r.Kind)+" to "+clean(r.Who)+".", func(ctx context.Context) (string, error) { return b.Services.Writeback.Drop(ctx, r.ID) })
}

// askRetryAll previews by code what would be queued again.
func (b *writeback) askRetryAll() tea.Cmd {
	d := &retryAll{}
	d.confirm = confirm{Session: b.Session, title: "Retry everything that failed", act: crmsync.ActOutboxRetry, lines: d.content, do: func() tea.Cmd {
		return b.act("retry everything", "Queued everything that failed again", func(ctx context.Context) (string, error) {
			_, err := b.Services.Writeback.RetryAll(ctx)
			return "", err
		})
	}}
	b.tell(openMsg{d})
	return func() tea.Msg {
		preview, err := b.Services.Writeback.PreviewRetry(b.ctx)
		return retryMsg{d, preview, err}
	}
}

// retryAll asks before everything that failed is queued again.
type retryAll struct {
	confirm
	preview RetryPreview
	read    bool
	err     error
}

// retryMsg carries the preview.
type retryMsg struct {
	owner   *retryAll
	preview RetryPreview
	err     error
}

// Update takes the preview, else asks.
func (d *retryAll) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(retryMsg); ok {
		if msg.owner == d {
			d.preview, d.err, d.read = msg.preview, msg.err, true
			if d.err == nil && d.preview.Items > 0 {
				d.yes = "Retry " + number(d.preview.Items)
			}
		}
		return nil
	}
	return d.confirm.Update(msg)
}

// content is what failed, by code.
func (d *retryAll) content(w int) []string {
	t := d.Theme
	switch {
	case d.err != nil:
		return wrap(d.wentWrong("count what failed", d.err), w)
	case !d.read:
		return []string{t.Quiet.Render("counting …")}
	case d.preview.Items == 0:
		return []string{t.Quiet.Render("Nothing failed for good.")}
	}
	lines := []string{t.Text.Render(count(d.preview.Items, "item is", "items are") + " made anew and sent again:"), ""}
	for i, g := range d.preview.Groups {
		if i == 6 {
			lines = append(lines, t.Quiet.Render("  … "+number(len(d.preview.Groups)-6)+" more codes"))
			break
		}
		lines = append(lines, fitRight(number(g.N), 7)+"  "+t.Text.Render(cut(clean(g.Code), w-9)), spaces(9)+t.Quiet.Render(cut(clean(g.Text), w-9)))
	}
	for _, part := range wrap("They follow merges, conversions and corrected matches. What is in doubt is not among them.", w) {
		lines = append(lines, t.Quiet.Render(part))
	}
	return lines
}
