package ui

import "strings"

// helpGroups is the order of the help's groups; others follow in the order of the table.
func helpGroups() []string {
	return []string{"Move", "Decide", "Everywhere", "Mark", "Many", "Out", "Filter", "Work", "Screens"}
}

// newHelp shows the keys of a screen, made from the action table.
func newHelp(s *Session, title string, actions []Action, footnote string) *notice {
	return &notice{Session: s, title: "Keys on " + title, lines: func(w int) []string {
		return helpLines(s.Theme, actions, footnote, w)
	}}
}

// helpLines lays the groups out in columns, as many as fit.
func helpLines(t *Theme, actions []Action, footnote string, w int) []string {
	groups := grouped(actions)
	columns := max(1, min(3, (w+1)/24))
	each := w / columns
	var lines []string
	for len(groups) > 0 {
		n := min(columns, len(groups))
		lines = append(lines, helpRow(t, groups[:n], each)...)
		groups = groups[n:]
		if len(groups) > 0 {
			lines = append(lines, "")
		}
	}
	lines = append(lines, "")
	for _, line := range wrap(footnote, w) {
		lines = append(lines, t.Quiet.Render(line))
	}
	return append(lines, t.Quiet.Render("esc closes"))
}

type helpGroup struct {
	name    string
	actions []Action
}

// grouped sorts the actions that have keys into the help's groups; an action with the same keys as an
// earlier one is hidden by it and left out.
func grouped(actions []Action) []helpGroup {
	seen := map[string]bool{}
	var groups []helpGroup
	for _, name := range helpGroups() {
		groups = append(groups, helpGroup{name: name})
	}
	for _, a := range actions {
		if len(a.Keys) == 0 || seen[a.Keys[0]] {
			continue
		}
		seen[a.Keys[0]] = true
		at := -1
		for i := range groups {
			if groups[i].name == a.Group {
				at = i
			}
		}
		if at < 0 {
			groups = append(groups, helpGroup{name: a.Group})
			at = len(groups) - 1
		}
		groups[at].actions = append(groups[at].actions, a)
	}
	filled := groups[:0]
	for _, g := range groups {
		if len(g.actions) > 0 {
			filled = append(filled, g)
		}
	}
	return filled
}

func helpRow(t *Theme, groups []helpGroup, each int) []string {
	deep := 0
	for _, g := range groups {
		deep = max(deep, len(g.actions))
	}
	head := ""
	for _, g := range groups {
		head += fit(t.Title.Render(g.name), each)
	}
	lines := []string{head}
	for i := range deep {
		line := ""
		for _, g := range groups {
			cell := ""
			if i < len(g.actions) {
				cell = t.Text.Render(fit(keysOf(t, g.actions[i]), 8)) + t.Quiet.Render(cut(g.actions[i].Short, each-9))
			}
			line += fit(cell, each)
		}
		lines = append(lines, line)
	}
	return lines
}

// keysOf writes the first two keys of an action.
func keysOf(t *Theme, a Action) string {
	labels := make([]string, 0, 2)
	for _, k := range a.Keys[:min(2, len(a.Keys))] {
		labels = append(labels, t.keyLabel(k))
	}
	if text := strings.Join(labels, " "); width(text) <= 7 {
		return text
	}
	return labels[0]
}
