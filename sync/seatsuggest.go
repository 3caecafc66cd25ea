package sync

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"crmsync/match"
	"crmsync/match/normal"
	"crmsync/store"
)

// UserSuggestion is a CRM user that a seat without one may belong to. Nothing
// is mapped by it: a person pins the right one.
type UserSuggestion struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Why    string `json:"why"`
	Score  int    `json:"score"` // 0 to 100, to sort by
}

// sameNameFrom is the similarity of two written names from which they are one person's more often than not: where the
// F1 of match.NameSimilarity on labelled pairs is best.
const sameNameFrom = 0.53

// mostSuggestions bounds how many users are suggested for a seat.
const mostSuggestions = 5

// SuggestUsers lists active CRM users that nobody is mapped to and that look
// like the seat's holder, the likeliest first: an alias in another domain, the
// same name, a slip in the address.
func (e *Engine) SuggestUsers(ctx context.Context, who string) ([]UserSuggestion, error) {
	seat, err := e.findSeat(ctx, who)
	if err != nil {
		return nil, err
	}
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, other := range seats {
		taken[other.UserID] = other.ID != seat.ID
	}
	var found []UserSuggestion
	for user, err := range e.store.EachRecord(ctx, "User", store.RecordFilter{Live: true}) {
		if err != nil {
			return nil, err
		}
		if user.Get("IsActive") != "true" || taken[user.ID] {
			continue
		}
		if why, score := likeness(seat.Email, seat.Name, user.Get("Email"), user.Get("Name")); score > 0 {
			found = append(found, UserSuggestion{UserID: user.ID, Name: user.Get("Name"), Email: user.Get("Email"), Why: why, Score: score})
		}
	}
	slices.SortStableFunc(found, func(a, b UserSuggestion) int { return cmp.Compare(b.Score, a.Score) })
	return found[:min(len(found), mostSuggestions)], nil
}

// likeness compares a seat with a CRM user.
func likeness(seatEmail, seatName, userEmail, userName string) (why string, score int) {
	seatLocal, seatDomain, _ := strings.Cut(strings.ToLower(seatEmail), "@")
	userLocal, userDomain, _ := strings.Cut(strings.ToLower(userEmail), "@")
	seatLocal, _, _ = strings.Cut(seatLocal, "+")
	userLocal, _, _ = strings.Cut(userLocal, "+")
	sameName := seatName != "" && sameWords(seatName, userName)
	sameDomain := seatDomain == userDomain || strings.HasSuffix(userDomain, "."+seatDomain) || strings.HasSuffix(seatDomain, "."+userDomain)
	switch {
	case seatLocal == userLocal && sameDomain:
		return "same e-mail address", 99
	case sameName && sameDomain:
		return "same name, same domain", 95
	case seatLocal == userLocal && sameName:
		return "same name and address, other domain", 92
	case seatLocal == userLocal:
		return "same address, other domain", 80
	case sameName:
		return "same name, other address", 75
	case sameDomain && (isAlias(seatLocal, userName) || isAlias(userLocal, seatName)):
		return "an address made of the same name", 70
	case sameDomain && oneSlip(seatLocal, userLocal):
		return "one letter differs in the address", 60
	}
	switch alike := match.NameSimilarity(match.Person, seatName, userName) >= sameNameFrom; {
	case alike && sameDomain:
		return "much the same name, same domain", 55
	case alike:
		return "much the same name, other address", 40
	}
	return "", 0
}

// isAlias tells whether the part of an address before the @ is made of a person's name: ana.silva, asilva, silva.a.
func isAlias(local, name string) bool {
	words := strings.Fields(normal.Fold(name))
	if len(words) < 2 {
		return false
	}
	bare := strings.NewReplacer(".", "", "_", "", "-", "").Replace(local)
	first, last := words[0], words[len(words)-1]
	initial := func(word string) string { return string([]rune(word)[:1]) }
	return slices.Contains([]string{first + last, last + first, initial(first) + last, last + initial(first), first + initial(last)}, bare)
}

// sameWords tells whether two names have the same words in any order.
func sameWords(a, b string) bool {
	first, second := strings.Fields(normal.Fold(a)), strings.Fields(normal.Fold(b))
	slices.Sort(first)
	slices.Sort(second)
	return len(first) > 0 && slices.Equal(first, second)
}

// oneSlip tells whether one letter was changed, left out, put in, or swapped
// with its neighbour.
func oneSlip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 || len(x) < 3 {
		return false
	}
	at := 0
	for at < len(x) && x[at] == y[at] {
		at++
	}
	if len(x) < len(y) {
		return slices.Equal(x[at:], y[at+1:])
	}
	if at == len(x) {
		return false // the same
	}
	swapped := at+1 < len(x) && x[at] == y[at+1] && x[at+1] == y[at] && slices.Equal(x[at+2:], y[at+2:])
	return swapped || slices.Equal(x[at+1:], y[at+1:])
}
