package ui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// reading is how it stands with what a screen shows: it is being read, was read, or could not be read.
type reading struct {
	noun  string         // what is read: "the audit trail"
	known bool           // something was read and is shown
	since time.Time      // when the reading under way began; zero when none is
	err   error          // why it could not be read, unless it is being read again
	again func() tea.Cmd // reads it again
}

// watched is a screen that tells how it stands with its reading. The root shows a failure in its place, reads
// it again after a while and says when, and says what is being loaded.
type watched interface{ Reading() reading }

// once is how it stands with what is read whole, in one piece.
type once struct {
	known bool
	since time.Time
	err   error
}

// begin notes that reading begins; the command redraws once it has lasted long enough to say so.
func (o *once) begin(ctx context.Context, s *Session) tea.Cmd {
	o.since, o.err = s.now(), nil
	return s.wait(ctx, slowAfter, redrawMsg{})
}

// end notes how reading ended, and reports whether there is something new to show. What was read before stays
// when reading it again fails; reading that was given up ends nothing.
func (o *once) end(err error) bool {
	if cancelled(err) {
		return false
	}
	o.since, o.err = time.Time{}, err
	o.known = o.known || err == nil
	return err == nil
}

// of is the reading of what is called noun.
func (o *once) of(noun string, again func() tea.Cmd) reading {
	return reading{noun: noun, known: o.known, since: o.since, err: o.err, again: again}
}

// slow reports whether reading lasts long enough to be shown.
func (o *once) slow(now time.Time) bool { return slow(o.since, now) }

func slow(since, now time.Time) bool { return !since.IsZero() && now.Sub(since) >= slowAfter }

// loading stands for h lines that are not read yet: nothing at first, then grey bars.
func (s *Session) loading(o once, w, h int) []string {
	out := make([]string, 0, max(0, h))
	for i := range max(0, h) {
		if !o.slow(s.now()) {
			out = append(out, "")
			continue
		}
		n := 12 + (i*7+5)%11
		out = append(out, " "+s.Theme.Faint.Render(strings.Repeat(s.Theme.Loading, min(n, w/3))+"  "+strings.Repeat(s.Theme.Loading, min(2*n, w/2))))
	}
	return out
}

// The delays after which what failed is read again by itself; after the last, only when asked.
func retryDelays() []time.Duration {
	return []time.Duration{4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, time.Minute}
}

// retrying is the reading again of what the screen in front could not read.
type retrying struct {
	screen  Screen
	noun    string
	err     error // the failure, also while it is read again
	at      time.Time
	tries   int
	due     time.Time // when it is read again; zero when it is under way, or no more
	ticket  int       // of the newest wait; an older one is dropped
	waiting bool
}

// againMsg comes every second while a failure waits to be read again.
type againMsg int

// reading asks the screen in front.
func (a *App) reading() (reading, bool) {
	if w, ok := a.screen().(watched); ok {
		return w.Reading(), true
	}
	return reading{}, false
}

// trouble is the failure of the screen in front; while it is read again it is still shown.
func (a *App) trouble() (reading, bool) {
	r, ok := a.reading()
	if !ok {
		return r, false
	}
	if r.err == nil && !r.since.IsZero() && a.retry.err != nil && a.retry.screen == a.screen() && a.retry.noun == r.noun {
		r.err = a.retry.err
	}
	return r, r.err != nil
}

// watch looks, after each message, whether what is in front failed or was read, and sets the next try.
func (a *App) watch() tea.Cmd {
	r, _ := a.reading()
	if a.retry.screen != a.screen() || a.retry.noun != r.noun {
		a.retry = retrying{screen: a.screen(), noun: r.noun, ticket: a.retry.ticket + 1}
	}
	switch {
	case r.err != nil && a.retry.waiting:
		return nil
	case r.err != nil:
		a.retry.err, a.retry.at, a.retry.waiting, a.retry.due = r.err, a.now(), true, time.Time{}
		a.retry.ticket++
		if a.retry.tries < len(retryDelays()) && !a.still {
			a.retry.due = a.now().Add(retryDelays()[a.retry.tries])
			a.retry.tries++
			return a.retryTick()
		}
	case !r.since.IsZero(): // read again
		a.retry.waiting, a.retry.due = false, time.Time{}
	default:
		a.retry = retrying{screen: a.screen(), noun: r.noun, ticket: a.retry.ticket}
	}
	return nil
}

func (a *App) retryTick() tea.Cmd {
	return a.wait(a.ctx, min(time.Second, a.retry.due.Sub(a.now())), againMsg(a.retry.ticket))
}

// retried counts down, and reads again when it is time.
func (a *App) retried(msg againMsg) tea.Cmd {
	if int(msg) != a.retry.ticket || a.retry.due.IsZero() {
		return nil
	}
	if a.now().Before(a.retry.due) {
		return a.retryTick()
	}
	a.retry.waiting, a.retry.due = false, time.Time{}
	r, _ := a.reading()
	return r.again()
}

// nextTry says when what failed is read again.
func (a *App) nextTry() string {
	left := a.retry.due.Sub(a.now())
	of := " (" + number(a.retry.tries) + " of " + number(len(retryDelays())) + ")"
	switch {
	case !a.retry.waiting:
		return "Trying again now" + of + "."
	case a.retry.due.IsZero():
		return "It is not tried again by itself. " + a.keyOf("error.again") + " tries again."
	}
	return "Trying again in " + number(max(0, int((left+time.Second-1)/time.Second))) + " s" + of + ". " + a.keyOf("error.again") + " tries now."
}
