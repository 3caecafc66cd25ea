package network

import "strings"

var invitationColumns = []string{"from", "to", "sent at", "message", "direction", "inviterprofileurl", "inviteeprofileurl", "inviter profile url", "invitee profile url"}

func isInvitations(cells []string) bool {
	at := exact(cells, invitationColumns...)
	return at["direction"] >= 0 && at["sent at"] >= 0 && at["from"] >= 0 && at["to"] >= 0
}

func openInvitations(source Source, limits Limits) (*table, map[string]int, error) {
	t, err := openTable(source, limits, isInvitations)
	if err != nil {
		return nil, nil, err
	}
	at := exact(t.header, invitationColumns...)
	for _, who := range []string{"inviter", "invitee"} {
		if at[who+"profileurl"] < 0 {
			at[who+"profileurl"] = at[who+" profile url"]
		}
		delete(at, who+" profile url")
	}
	return t, at, nil
}

func (p *pass) invitations() error {
	t, at, err := openInvitations(p.source, p.reader.options.Limits)
	if err != nil {
		return err
	}
	return p.rows(t, func() (bool, error) {
		invitation := &Invitation{Message: t.cell(at["message"])}
		name, url := t.cell(at["from"]), t.cell(at["inviterprofileurl"])
		switch direction := strings.ToUpper(t.cell(at["direction"])); direction {
		case "OUTGOING":
			invitation.Outgoing = true
			name, url = t.cell(at["to"]), t.cell(at["inviteeprofileurl"])
		case "INCOMING":
		default:
			return false, fault(t.source.Name(), t.line, CodeValue, "The archive writes OUTGOING or INCOMING.", "the direction %q of an invitation is not known", direction)
		}
		sent := t.cell(at["sent at"])
		when, ok := parseTime(sent, p.reader.options.Location)
		if !ok {
			return false, fault(t.source.Name(), t.line, CodeDate, "The archive writes \"7/8/26, 3:43 PM\".", "the time %q of an invitation cannot be read", sent)
		}
		invitation.At = when
		person := &Person{Name: name}
		person.FirstName, person.LastName = splitName(name)
		p.identify(person, url)
		if person.Name == "" && person.ProfileURL == "" {
			p.skip(SkippedNoName)
			return true, nil
		}
		invitation.Person = person
		row := p.at(t)
		row.Invitation = invitation
		return p.yield(row), nil
	})
}
