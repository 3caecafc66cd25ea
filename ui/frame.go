package ui

import (
	"fmt"
	"slices"
	"strings"

	crmsync "crmsync/sync"
)

// View draws the frame: header, tabs, rule, body, rule, toast line, key line.
func (a *App) View() string {
	if a.width <= 0 || a.height <= 0 {
		return ""
	}
	if a.tooSmall() {
		return a.smallView()
	}
	w, h := a.width, a.height
	tabs, from, to := a.tabLine(w)
	lines := []string{a.header(w), tabs, a.rule(w, from, to)}
	body, said := strings.Split(a.body(w, h-6), "\n"), a.toastLines(w)
	lines = append(lines, body[:max(0, min(len(body), h-5-len(said)))]...)
	lines = append(lines, a.Theme.Line.Render(strings.Repeat(a.Theme.Marks.Line, w)))
	lines = append(append(lines, said...), a.keyLine(w))
	frame := page(a.withDialogs(lines, w, h), w, h)
	if a.Theme.words != nil {
		frame = a.Theme.words.Replace(frame)
	}
	return frame
}

// body is the screen in front, or why there is nothing to show of it.
func (a *App) body(w, h int) string {
	if r, failed := a.trouble(); failed && !r.known {
		return a.errorPage(r.noun, r.err, w, h)
	}
	return a.screen().View(w, h)
}

func (a *App) tooSmall() bool { return a.width < leastWidth || a.height < leastHeight }

func (a *App) smallView() string {
	lines := []string{
		fmt.Sprintf("This window is %d x %d; the console needs %d x %d.", a.width, a.height, leastWidth, leastHeight),
		"",
		"Make it larger, or use the command line:",
		"  crmsync status",
		"  crmsync match list",
		"  crmsync help",
		"",
		a.keyOf("console.quit") + " quits.",
	}
	return page(lines, a.width, a.height)
}

// header is the first line: the org, the connection, the sync, the person.
func (a *App) header(w int) string {
	t := a.Theme
	who := t.Quiet.Render(clean(a.Actor.Name)+" "+t.Dot+" "+string(a.Actor.Role)) + " "
	if a.Actor.Role == "support" {
		who = t.Quiet.Render(clean(a.Actor.Name)+" "+t.Dot+" support "+t.Dot+" read only") + " "
	}
	host := clean(a.overview.Org)
	brand := " " + t.Accent.Render(t.Logo+" crmsync") + "  "
	if !a.known {
		return ends(brand, who, w)
	}
	if host != "" {
		host += "  "
	}
	short := shortHost(clean(a.overview.Org))
	if short != "" {
		short += "  "
	}
	wide, tight := a.connection()+"  "+a.syncState(false), a.connection()+"  "+a.syncState(true)
	for _, left := range []string{t.Quiet.Render(host) + wide, t.Quiet.Render(short) + wide, wide, t.Quiet.Render(short) + tight, tight} {
		if width(brand)+width(left)+1+width(who) <= w {
			return ends(brand+left, " "+who, w)
		}
	}
	return ends(brand+a.syncState(true), " "+who, w)
}

// shortHost is the first label of a host name; an address in numbers stays whole.
func shortHost(host string) string {
	first, _, _ := strings.Cut(host, ".")
	if strings.Trim(first, "0123456789") == "" {
		return host
	}
	return first
}

func (a *App) connection() string {
	if !a.known {
		return ""
	}
	switch a.overview.Connected {
	case ConnectedYes:
		return a.Theme.sign(StateOn, "connected")
	case ConnectedPaused:
		return a.Theme.sign(StateWarn, "paused")
	case ConnectedRevoked:
		return a.Theme.sign(StateBad, "revoked")
	case ConnectedNone:
	}
	return a.Theme.sign(StateOff, "not connected")
}

// syncState is how fresh the data is; tight is the same in fewer words.
func (a *App) syncState(tight bool) string {
	t := a.Theme
	words := func(long, short string) string {
		if tight {
			return short
		}
		return long
	}
	switch {
	case a.progress.silent && a.progress.job != "writeback":
		return t.sign(StateWarn, words("the run is silent", "silent"))
	case a.progress.running && a.progress.job != "writeback":
		if share, ok := a.progress.share(); ok {
			return t.sign(StateRun, fmt.Sprintf("syncing %d %%", int(share*100)))
		}
		return t.sign(StateRun, "syncing")
	case !a.known:
		return ""
	case a.overview.SyncedAt.IsZero() && a.overview.EngineAway:
		return t.sign(StateWarn, words("never synced, engine not running", "no engine"))
	case a.overview.SyncedAt.IsZero():
		return t.Quiet.Render("never synced")
	case a.overview.EngineAway:
		return t.sign(StateWarn, "data from "+stamp(a.overview.SyncedAt.In(a.now().Location()), a.now())+words(", engine not running", ", no engine"))
	}
	since := ago(a.overview.SyncedAt, a.now())
	return t.sign(StateGood, words("synced "+since, since))
}

// tabLine is the second line; it also tells where the active tab begins and ends.
func (a *App) tabLine(w int) (line string, from, to int) {
	line, spans := a.tabSpans(w)
	for _, s := range spans {
		if s.tab == a.active {
			from, to = s.from, s.to
		}
	}
	return fit(line, w), min(from, w), min(to, w)
}

// tabSpan is where a tab is written on its line.
type tabSpan struct{ tab, from, to int }

// tabSpans writes the tabs as roomy as fits.
func (a *App) tabSpans(w int) (line string, spans []tabSpan) {
	for _, style := range []tabStyle{{gap: 3, badges: true, mine: true}, {gap: 3, mine: true}, {gap: 1}, {gap: 1, short: true}} {
		if line, spans = a.tabsAs(style); width(line) <= w {
			break
		}
	}
	return line, spans
}

// tabStyle is one way to write the tabs, from roomy to tight.
type tabStyle struct {
	gap                 int
	badges, short, mine bool
}

func (a *App) tabsAs(style tabStyle) (line string, spans []tabSpan) {
	t := a.Theme
	at := 1
	line = " "
	for i, tab := range a.tabs {
		active := i == a.active
		if !style.mine && !active && tab.key == "0" {
			continue
		}
		name, badge := tab.name, ""
		if style.short && !active {
			name = ""
		}
		if n := a.badge(tab); style.badges && n > 0 {
			badge = " " + number(n)
		}
		if at > 1 {
			line += spaces(style.gap)
			at += style.gap
		}
		key := a.keyOf("screen." + tab.name)
		plain := strings.TrimRight(key+" "+name, " ") + badge
		spans = append(spans, tabSpan{i, at, at + width(plain)})
		if active {
			name = t.Accent.Render(name)
		} else {
			name = t.Quiet.Render(name)
		}
		line += t.Faint.Render(key)
		if style.short && !active {
			at += width(plain)
			continue
		}
		line += " " + name
		if badge != "" {
			line += t.Warn.Render(badge)
		}
		at += width(plain)
	}
	return line, spans
}

func (a *App) badge(tab *tab) int64 {
	if tab.badge == nil || !a.known {
		return 0
	}
	return tab.badge()
}

func (a *App) rule(w, from, to int) string {
	t := a.Theme
	return t.Line.Render(strings.Repeat(t.Marks.Line, from)) + t.Accent.Render(strings.Repeat(t.Heavy, to-from)) +
		t.Line.Render(strings.Repeat(t.Marks.Line, max(0, w-to)))
}

// toastLine is the line above the keys: what just happened, and where one is.
func (a *App) toastLine(w int) string {
	left, right := a.stand(w)
	if n := len(a.dialogs); n > 0 && a.dialogs[n-1].Line() != "" {
		left = a.dialogs[n-1].Line()
	}
	if left != "" {
		left = a.Theme.Quiet.Render(left)
	}
	if f := a.sieve(); a.toast.text != "" && (f == nil || !f.editing()) { // what is typed is always seen
		left = a.Theme.sign(a.toast.state, clean(a.toast.text))
		if a.toast.address != "" {
			left = a.Theme.Quiet.Render("open ") + a.Theme.link(a.Theme.Link.Render(clean(a.toast.text)), a.toast.address)
		}
		if a.toast.state == StateGood && len(a.undo) > 0 && strings.HasSuffix(a.toast.text, ".") {
			if keys := a.bindings.keys(Action{ID: "undo", Keys: []string{"u"}}); len(keys) > 0 {
				left += "  " + a.Theme.Key.Render(a.Theme.keyLabel(keys[0])) + a.Theme.Quiet.Render(" undo")
			}
		}
	}
	if right != "" {
		right = "  " + right // never against what was cut at the left
	}
	return ends(" "+left, a.Theme.Quiet.Render(right)+" ", w)
}

// stand is how the screen stands, in a line: what is being loaded or failed, else who can help, else its own words;
// and where one is.
func (a *App) stand(w int) (left, right string) {
	if l, ok := a.screen().(liner); ok {
		left, right = l.Line()
	}
	sieved := ""
	if f := a.sieve(); f != nil {
		if sieved = f.line(w - width(right) - 8); f.editing() {
			return sieved, right
		}
	}
	if word := a.readingLine(w); word != "" {
		return word, right
	}
	if n, ok := a.screen().(announcer); ok && n.News() != "" {
		return n.News(), right
	}
	if sieved != "" {
		return sieved, right
	}
	if word := a.readOnlyLine(); word != "" {
		return word, right
	}
	return left, right
}

// readingLine says what is being loaded, or that it could not be.
func (a *App) readingLine(w int) string {
	switch r, failed := a.trouble(); {
	case failed && r.known:
		text := strings.TrimSuffix(failure("load "+r.noun, r.err), ".") + ". "
		if width(text)+width(a.nextTry()) > w-24 { // when it is tried again tells more than why
			text = "could not load " + r.noun + ". "
		}
		return a.Theme.sign(StateBad, text+a.nextTry())
	case failed:
		return a.Theme.sign(StateBad, "could not load "+r.noun)
	case !r.known && slow(r.since, a.now()):
		return a.Theme.sign(StateRun, "loading "+r.noun)
	}
	return ""
}

// readOnlyLine says who can help, where the role may change nothing of what is in front.
func (a *App) readOnlyLine() string {
	if a.Actor.Role != crmsync.RoleSupport {
		return ""
	}
	var verbs []string
	for _, action := range a.screen().Actions() {
		if action.Act != "" && action.Foot && !action.allowed(a.Actor) && len(verbs) < 2 && !slices.Contains(verbs, action.verb()) {
			verbs = append(verbs, action.verb())
		}
	}
	if len(verbs) == 0 {
		return ""
	}
	return a.Theme.sign(StateWarn, "read only: ask an admin to "+strings.Join(verbs, " or "))
}

// foot is one key of the last line, with its action.
type foot struct {
	action Action
	text   string
}

// keyLine shows the keys that help most; ? is always there.
func (a *App) keyLine(w int) string {
	return fit(" "+strings.Join(footTexts(a.feet(w)), footGap), w)
}

// footGap stands between two keys of the last line.
const footGap = "  "

func footTexts(feet []foot) []string {
	out := make([]string, len(feet))
	for i, f := range feet {
		out[i] = f.text
	}
	return out
}

// feet are the keys that the last line has room for: first the screen's own, then those that hold everywhere.
func (a *App) feet(w int) []foot {
	var own, everywhere []foot
	actions := a.actions()
	if n := len(a.dialogs); n > 0 && a.dialogs[n-1].Actions() != nil {
		actions = a.dialogs[n-1].Actions() // it takes every key: none of those that hold everywhere would arrive
	}
	if f := a.sieve(); len(a.dialogs) == 0 && f != nil && f.editing() {
		actions = typingActions("filter", "take back")
	}
	if t, ok := a.screen().(typing); len(a.dialogs) == 0 && ok && t.Editing() {
		actions = typingActions(t.Typing())
	}
	for _, action := range actions {
		if !action.Foot || !action.allowed(a.Actor) || action.off() != "" || len(action.Keys) == 0 {
			continue
		}
		f := foot{action, a.Theme.Key.Render(a.Theme.keyLabel(action.Keys[0])) + a.Theme.Quiet.Render(" "+action.Short)}
		if action.Group == "Everywhere" {
			everywhere = append(everywhere, f)
		} else {
			own = append(own, f)
		}
	}
	for {
		feet := slices.Concat(own, everywhere)
		switch {
		case width(" "+strings.Join(footTexts(feet), footGap)) <= w || len(own) == 0:
			return feet
		case len(everywhere) > 1:
			everywhere = slices.Delete(everywhere, len(everywhere)-2, len(everywhere)-1) // the help never goes
		default:
			own = own[:len(own)-1]
		}
	}
}

// typing is a screen with a line of text in which every key but two is a letter: what enter and esc do there.
type typing interface {
	editor
	Typing() (enter, esc string)
}

// typingActions are the keys while letters are typed.
func typingActions(enter, esc string) []Action {
	return []Action{
		{ID: "dialog.yes", Keys: []string{"enter"}, Short: enter, Foot: true, Local: true},
		{ID: "dialog.no", Keys: []string{"esc"}, Short: esc, Foot: true, Local: true},
	}
}

// withDialogs lays the open dialogs over the frame.
func (a *App) withDialogs(lines []string, w, h int) []string {
	for _, o := range a.dialogs {
		box := o.View(w, h-5)
		if len(box) == 0 {
			continue
		}
		x := (w - width(box[0])) / 2
		y := 3 + max(0, (h-6-len(box))/2)
		lines = overlay(lines, box, max(0, x), y, w)
	}
	return lines
}
