package ui

import tea "github.com/charmbracelet/bubbletea"

// recordAddress is where a record is found in the CRM that is connected, or "".
func (s *Session) recordAddress(object, id string) string {
	return recordAddress(s.overview.Instance, object, id)
}

// opportunityActions are the keys that lead to an opportunity in the CRM, and copy where it is; id is that of the
// chosen one, "" for none.
func (s *Session) opportunityActions(prefix, name string, id func() string) []Action {
	address := func() string { return s.recordAddress("Opportunity", id()) }
	why := func() string {
		switch {
		case id() == "":
			return "no opportunity is chosen"
		case address() == "":
			return "not connected yet, so the CRM's address is not known"
		}
		return ""
	}
	return []Action{
		{ID: prefix + ".link", Keys: []string{"o"}, Group: "Out", Name: name + ": link to the opportunity in the CRM", Short: "link", Local: true, Why: why, Do: func() tea.Cmd { return linkTo(address()) }},
		{ID: prefix + ".copy", Keys: []string{"y"}, Group: "Out", Name: name + ": copy the opportunity's address", Short: "copy link", Local: true, Why: why, Do: func() tea.Cmd { return send(copyMsg{address()}) }},
	}
}
