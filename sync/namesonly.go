package sync

import "strings"

// Named is the name of somebody of the team as the actor may see it: an e-mail address that stands for a name, as it
// does of a seat that was given none, is kept from those who see names only (decision 15).
func (a Actor) Named(name string) string {
	if a.NamesOnly() && strings.Contains(name, "@") {
		return "no name given"
	}
	return name
}

// Address is an e-mail address as the actor may see it: nothing for those who see names only.
func (a Actor) Address(email string) string {
	if a.NamesOnly() {
		return ""
	}
	return email
}

// SeenBy is the inventory as the actor may see it.
func (x LicenceInventory) SeenBy(a Actor) LicenceInventory {
	seen := func(holders []LicenceHolder) []LicenceHolder {
		out := make([]LicenceHolder, len(holders))
		for i, h := range holders {
			h.Name, h.Email = a.Named(h.Name), a.Address(h.Email)
			out[i] = h
		}
		return out
	}
	x.Lost, x.Ended = seen(x.Lost), seen(x.Ended)
	return x
}

// SuggestionsSeenBy are suggested CRM users as the actor may see them.
func SuggestionsSeenBy(a Actor, users []UserSuggestion) []UserSuggestion {
	out := make([]UserSuggestion, len(users))
	for i, u := range users {
		u.Name, u.Email = a.Named(u.Name), a.Address(u.Email)
		out[i] = u
	}
	return out
}
