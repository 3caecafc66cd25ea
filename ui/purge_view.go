package ui

import (
	"slices"
	"strings"

	crmsync "crmsync/sync"
)

// View draws what happens, what is deleted, the name to type and the buttons; afterwards the receipt.
func (p *purge) View(w, h int) string {
	t := p.Theme
	head := []string{" " + t.Quiet.Render("Connect "+t.Crumb+" "+crmsync.LabelDisconnect+" "+t.Crumb+" ") + t.Strong.Render("Purge"), ""}
	switch {
	case p.receipt != nil:
		return page(append(head, p.receiptLines(w)...), w, h)
	case !p.once.known:
		return page(append(head, p.loading(p.once, w, h-2)...), w, h)
	}
	ask := []string{"", "  " + p.checkbox() + " " + t.Text.Render("first export the decisions of people to a file") + t.Quiet.Render("  (no secrets)"), "",
		"  " + t.Text.Render("To go on, type the org's name ") + t.Strong.Render(cut(clean(p.plan.OrgName), w/3)) + t.Text.Render(":  ") + p.typed.view(min(30, w/3)), "",
		"  " + p.buttons(w)}
	for _, line := range p.secondLines(crmsync.ActPurge, w-4) {
		ask = append(ask, onlyIf(line != "", "  "+line))
	}
	warning := append([]string{""}, say(t.Warn, crmsync.WarnPurge, w)...)
	if h < 24 { // the empty lines give way to the warning
		ask = slices.DeleteFunc(ask, func(line string) bool { return line == "" })
		ask, warning = append([]string{""}, ask...), warning[1:]
	}
	if h >= 16 {
		ask = append(ask, warning...)
	}
	lines := append(head, p.planLines(w, h < 26)...)
	if room := h - len(ask); len(lines) > room { // the question is never below the edge
		lines = append(lines[:max(0, room-1)], "     "+t.Quiet.Render("and the rest; a taller window lists all"))
	}
	lines = append(lines, ask...)
	if p.plan.Written > 0 && h-len(lines) >= 3 {
		lines = append(lines, "", " "+t.Title.Render("What stays in the CRM"), "  "+t.Quiet.Render(cut(count(p.plan.Written, "task or note", "tasks and notes")+" that this console wrote; the CRM is their home now.", w-4)))
	}
	if h-len(lines) >= 3 {
		lines = append(lines, "", " "+t.Title.Render("The same without a terminal"), "  "+t.Text.Render(cut("crmsync disconnect --purge --org "+ShellWord(p.plan.OrgName), w-4)))
	}
	return page(lines, w, h)
}

// box is a box that is ticked or not.
func box(ticked bool) string {
	if ticked {
		return "[x]"
	}
	return "[ ]"
}

func (p *purge) checkbox() string {
	return p.Theme.Text.Render(box(p.export))
}

func (p *purge) planLines(w int, tight bool) []string {
	t := p.Theme
	step := func(n, name, text string) string {
		return "  " + t.Accent.Render(n) + "  " + t.Strong.Render(fit(name, 8)) + t.Quiet.Render(cut(text, w-16))
	}
	unsent := "the engine and writeback"
	if p.plan.Unsent > 0 {
		unsent += "; " + count(p.plan.Unsent, "item", "items") + " in the outbox are never sent"
	}
	lines := []string{step("1", "Stop", unsent), step("2", "Revoke", "the CRM's tokens, there and here"), step("3", "Purge", "what came from the CRM, for good:")}
	if !tight {
		lines = append(lines, "")
	}
	what := min(32, w-48)
	for _, item := range p.plan.Items {
		rows := t.Dash
		if item.Rows >= 0 {
			rows = number(item.Rows)
		}
		fate := t.sign(StateBad, "deleted")
		if item.Kept != "" {
			fate = t.sign(StateGood, "kept: "+item.Kept)
		}
		lines = append(lines, "     "+t.Text.Render(fit(item.What, what))+t.Text.Render(fitRight(rows, 10))+"  "+fate)
	}
	return lines
}

func (p *purge) buttons(w int) string {
	t := p.Theme
	back, do := "[ Back ]", "[ "+crmsync.LabelPurge+" ]"
	if p.needsSecond(crmsync.ActPurge) {
		do = "[ Propose: " + lowerFirst(crmsync.LabelPurge) + " ]"
		if w < 80 {
			do = "[ Propose the deletion ]"
		}
	}
	switch {
	case p.busy:
		return t.sign(StateRun, "deleting …")
	case p.focus == purgeGo:
		return " " + t.Quiet.Render(back) + " " + t.Bad.Render(t.Choice+do)
	case p.focus == purgeBack:
		return t.Accent.Render(t.Choice+back) + "  " + t.Quiet.Render(do)
	}
	return " " + t.Quiet.Render(back) + "  " + t.Quiet.Render(do)
}

// receiptLines say what was deleted and how that was proved.
func (p *purge) receiptLines(w int) []string {
	t, r := p.Theme, p.receipt
	lines := []string{
		"  " + t.sign(StateGood, "Deleted all imported CRM data of "+clean(r.Org)),
		"  " + t.Quiet.Render(r.At.In(p.now().Location()).Format("2 Jan 2006 15:04:05")+" by "+clean(r.By)+", audit "+clean(r.Audit)), "",
	}
	for _, item := range r.Removed {
		lines = append(lines, "     "+t.Text.Render(fit(item.What, 28))+t.Text.Render(fitRight(number(item.Rows), 10))+t.Quiet.Render(" rows"))
	}
	lines = append(lines, "")
	if len(r.Stopped) > 0 {
		lines = append(lines, "  "+t.sign(StateGood, "stopped in the middle: "+clean(strings.Join(r.Stopped, ", "))))
	}
	if r.Revoked {
		lines = append(lines, "  "+t.sign(StateGood, "the tokens are revoked at Salesforce and deleted here"))
	}
	for _, part := range wrap(clean(r.Warning), w-4) {
		lines = append(lines, "  "+t.Warn.Render(part))
	}
	state := StateGood
	if r.FilesHolding > 0 {
		state = StateBad
	}
	lines = append(lines, "  "+t.sign(state, count(r.FilesRead, "file", "files")+" read for "+number(r.Looked)+" ids that were in them; "+number(r.FilesHolding)+" still hold one"))
	if r.Key != "" {
		lines = append(lines, "  "+t.sign(StateGood, "signed; the verification query counted "+count(r.Left, "row", "rows")+"; crmsync receipt checks it"))
	}
	if p.failed != nil {
		for _, part := range wrap(p.wentWrong("prove the deletion", p.failed), w-4) {
			lines = append(lines, "  "+t.Bad.Render(part))
		}
	}
	if p.file != "" {
		lines = append(lines, "", "  "+t.Quiet.Render("the decisions are in"))
		for _, part := range hardWrap(clean(p.file), w-6) {
			lines = append(lines, "    "+t.Text.Render(part))
		}
	}
	return append(lines, "", "  "+t.Accent.Render(t.Choice+"[ Back ]"))
}
