package ui

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// shellSafe are the characters besides letters and digits that a shell takes as they are.
const shellSafe = "@%+=:,./_-…"

// ShellWord writes a value as one word of a shell command; what a shell would read otherwise is quoted.
func ShellWord(value string) string {
	value = clean(value)
	plain := value != "" && !strings.ContainsFunc(value, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !letter && !strings.ContainsRune(shellSafe, r)
	})
	if plain {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// turned is what follows a switch's flag to turn it the other way than it is.
func turned(on bool) string {
	if on {
		return "=false"
	}
	return ""
}

// enableDisable is the command that turns writeback the other way than it is.
func enableDisable(on bool) string {
	if on {
		return "disable"
	}
	return "enable"
}

// bareSession is one that only tells what can be done: nothing in it is read or called.
func bareSession() *Session {
	return &Session{Theme: NewTheme(lipgloss.NewRenderer(io.Discard), ModeMono, UnicodeMarks()), Now: time.Now, ctx: context.Background()}
}

// KeyLines lists the keys of every screen in plain lines of at most 80 columns, from the table that the screens
// themselves obey.
func KeyLines() []string {
	s := bareSession()
	s.Services = anyServices()
	app := newApp(s)
	seen := map[string]bool{}
	var lines []string
	add := func(title string, actions []Action) {
		lines = append(lines, title)
		for _, a := range actions {
			if a.Name == "" || len(a.Keys) == 0 || seen[a.ID] {
				continue
			}
			seen[a.ID] = true
			keys := make([]string, len(a.Keys))
			for i, key := range a.Keys {
				keys[i] = s.Theme.keyLabel(key)
			}
			_, what, prefixed := strings.Cut(a.Name, ": ")
			if !prefixed {
				what = a.Name
			}
			lines = append(lines, cut("  "+fit(strings.Join(keys, " "), 15)+" "+what, 80))
		}
		lines = append(lines, "")
	}
	add("Everywhere", append(app.global(), movesOf(app.tabs[tabAudit].top())...))
	for _, t := range app.tabs {
		if actions := tableOf(t.top()); len(actions) > 0 {
			add(t.key+" "+t.name, actions)
		}
	}
	for _, above := range screensAbove(s) {
		add(above.Title(), above.Actions())
	}
	return lines[:len(lines)-1]
}

// screensAbove are the screens that others open above themselves, with nothing chosen in them.
func screensAbove(s *Session) []Screen {
	return []Screen{newRematch(s, Match{Record: "RECORD"}), newNetwork(s), newMember(s, false, "MEMBER", ""), newTie(s, false, "MEMBER", ""), newPurge(s), newReader(s), newApprovals(s), newRuns(s), newThresholds(s), newTelling(s),
		newStale(s), newROIDeals(s, "", crmsync.ROIDealQuery{}), newROIDeal(s, crmsync.ROIDeal{}),
		&contract{document: document{stage: stage{Session: s}}}, &upkeep{document: document{stage: stage{Session: s}}}, &held{document: document{stage: stage{Session: s}}, id: "MEMBER"}}
}

// movesOf are the moves of a screen with a list, the same on all of them.
func movesOf(s Screen) []Action {
	return slices.DeleteFunc(s.Actions(), func(a Action) bool { return a.Group != "Move" })
}

// ShellCommands returns the text of every shell command that the console shows, in order and each once: of
// every action of every screen, and of the screens that a version lacks. Where nothing is chosen the texts
// have words in capitals for what would be. The command line is tested to know all of them.
func ShellCommands() []string {
	s := bareSession()
	var found []string
	add := func(actions []Action) {
		for _, a := range actions {
			if a.Shell != "" {
				found = append(found, a.Shell)
			}
		}
	}
	for _, services := range []Services{{}, anyServices()} {
		s.Services = services
		app := newApp(s)
		add(app.global())
		for _, t := range app.tabs {
			add(tableOf(t.top()))
			if missing, ok := t.top().(*absent); ok {
				found = append(found, missing.command)
			}
		}
	}
	for _, above := range screensAbove(s) {
		add(above.Actions())
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// anyServices has every part of the console, for its table of actions alone; none of them is ever called.
func anyServices() Services {
	return Services{
		Home: struct{ HomeService }{}, Connect: struct{ ConnectService }{}, Matches: struct{ MatchService }{}, Users: struct{ UserService }{},
		Writeback: struct{ WritebackService }{}, Saves: struct{ SaveService }{}, ROI: struct{ ROIService }{}, Settings: struct{ SettingService }{},
		Audit: struct{ AuditService }{}, Approvals: struct{ ApprovalService }{}, Mine: struct{ MineService }{}, Network: struct{ NetworkService }{}, Files: struct{ FileService }{},
	}
}
