package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

type networkFake struct{ *world }

func (f networkFake) filtered(filter NetworkFilter) []NetworkRow {
	var out []NetworkRow
	for _, r := range f.network {
		linked := filter.CRM == "" || filter.CRM == "in" == (r.Record != "")
		if linked && strings.Contains(strings.ToLower(r.Name+r.Company), strings.ToLower(filter.Text)) {
			out = append(out, r)
		}
	}
	return out
}
func (f networkFake) Page(_ context.Context, filter NetworkFilter, seek Seek) (Page[NetworkRow], error) {
	if f.err != nil {
		return Page[NetworkRow]{}, f.err
	}
	return paged(f.filtered(filter), seek)
}
func (f networkFake) Count(_ context.Context, filter NetworkFilter) (int64, error) {
	return int64(len(f.filtered(filter))), f.err
}
func (f networkFake) Import(_ context.Context, file, seat string) (NetworkRead, error) {
	_, err := f.note("read %s of %s", file, seat)
	return NetworkRead{Lines: []string{"Connections.csv: connections, 500 rows"}}, err
}
func (f networkFake) Member(_ context.Context, _ bool, id string) (Member, error) {
	m, ok := f.members[id]
	if !ok {
		return Member{}, errMemberGone
	}
	return m, f.err
}

// sampleNetwork is the network of the sample world: every third person is in the CRM.
func sampleNetwork(w *world, at func(int, int) time.Time) {
	w.members = map[string]Member{}
	for i := range 60 {
		name := hostile[i%len(hostile)]
		r := NetworkRow{ID: fmt.Sprintf("p-%d", i), Name: name, Title: "Head of Fleet", Company: hostile[(i+5)%len(hostile)], Place: "Mladá Boleslav"}
		if i%3 == 0 {
			r.Record, r.Object, r.State, r.Score, r.Address = fmt.Sprintf("0035g00000%08d", i), "Contact", "accepted", 97-i/2, fmt.Sprintf("https://acme.my.salesforce.com/0035g00000%08d", i)
		}
		w.network = append(w.network, r)
		w.members[r.ID] = sampleMember(r, w, at)
	}
}

func sampleMember(r NetworkRow, w *world, at func(int, int) time.Time) Member {
	m := Member{ID: r.ID, Name: r.Name, Headline: "Head of Fleet, Škoda Auto", Facts: []Field{{"profile", "https://www.linkedin.com/in/eva-novakova"}, {"e-mail", "eva@skoda.cz"}, {"place", "Mladá Boleslav, CZ"}},
		Read:      []Field{{"file", "Connections.csv"}, {"kind", "connections"}, {"read", "21 Nov 2026 08:00 UTC by ana"}},
		Positions: []Position{{"Škoda Auto", "Head of Fleet", true}, {"Novak Legal", "Clerk", false}}, Connections: []Connected1st{{"Hugo Weiß", at(0, 0).AddDate(-1, 0, 0)}},
		Wanting: []Rival{{"00Q5g0000099999999", "Eva Nowak", "review", 61}}}
	if r.Record == "" {
		return m
	}
	m.Linked = LinkedRecord{Record: r.Record, Object: r.Object, Name: r.Name, Address: r.Address, State: r.State, Score: r.Score, By: "ana", Opportunities: 2,
		Contact: []Field{{"e-mail", "c.martin@veolia.fr"}, {"phone", "+33 1 71 75 00 00"}, {"title", "Dir. Achats"}}}
	for i, state := range []string{"written", "failed", "held", "queued", ""} {
		m.Activities = append(m.Activities, MemberActivity{ID: fmt.Sprint("act-", i), Kind: "Message", By: "Hugo Weiß", Subject: hostile[7+i], At: at(9, i).AddDate(0, 0, -i), State: state})
	}
	m.Saves = []Save{{ID: "save-1", Name: r.Name, Owner: "Kaja Novak", For: "Škoda fleet renewal", At: at(8, 0)}}
	m.History = w.audit[:3]
	return m
}

// The filter has exactly three settings: in the CRM, not in it, and off (S12).
func TestSearchFilters(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("F", "down")
	c.sees("● all", "○ in CRM", "○ not in CRM", "1 of 60")
	c.press("c")
	c.sees("● in CRM", "1 of 20")
	c.lacks("✓ not in CRM")
	c.press("c")
	c.sees("● not in CRM", "1 of 40")
	c.press("c")
	c.sees("● all", "1 of 60")
	c.press("/", "o", "k", "a", "f")
	c.sees("Ann Okafor", "1 of 6")
	c.press("enter", "c", "esc")
	c.sees("● in CRM", "1 of 20")
}

// From the search enter opens the page with what the CRM holds and where it is held (S13).
func TestSearchOpensThePage(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("F", "enter")
	c.sees("Person", "In the CRM", "c.martin@veolia.fr", "held in Contact 0035g0000000000000", "Connections.csv", "Head of Fleet, Škoda Auto (now)", "with Hugo Weiß", "Kaja Novak, Škoda fleet renewal")
	c.press("esc")
	c.sees("Search", "1 of 60")
	c.press("j", "enter")
	c.sees("no record of the CRM is linked")
}

// Each way to a page leads there, and back.
func TestWaysToThePage(t *testing.T) {
	w := sampleWorld()
	w.saves[0].Member = "p-0"
	for _, way := range [][]string{{"4", "p"}, {"4", "enter", "enter"}, {"6", "tab", "enter"}} {
		c := start(t, setup{services: w.services(), w: 120, h: 40})
		c.press(way...)
		c.sees("Person", "Where it came from")
		c.press("esc")
		c.lacks("Where it came from")
	}
}

// On the page a decision is chosen and taken back, and a save is removed.
func TestPageActs(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("F", "enter", "d")
	c.sees("no save is chosen")
	c.press("j", "j", "j", "j", "j", "j", "d", "j", "u")
	if want := []string{"unsave save-1", "undo 0191-0"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
	c.press("k", "k", "enter")
	c.sees("not written")
}

// Support staff see names and the badge, and nothing else of a person (decision 15, S58).
func TestPageForSupport(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}, w: 120, h: 40})
	c.press("F", "enter")
	c.sees("badge", "hidden for your role")
	for _, hidden := range []string{"c.martin@veolia.fr", "eva@skoda.cz", "Kaja Novak"} {
		c.lacks(hidden)
	}
}

// A first run leads by the hand: connect, import, a network file, review; each step has its key.
func TestFirstRunLeads(t *testing.T) {
	w := &world{overview: Overview{Connected: ConnectedNone}}
	c := start(t, setup{services: w.services(), w: 100, h: 30})
	c.sees("not connected to a CRM", "First steps", "▸ 1 Connect an org", "2 Connect, or crmsync demo", "3 First import", "○ 4 Review", "enter: 2 Connect", "no network file was read yet", "I reads one", "I read network")
	w.overview = Overview{Connected: ConnectedYes}
	c = start(t, setup{services: w.services(), w: 100, h: 30})
	c.sees("✓ 1 Connect an org", "▸ 2 Read a network file    I reads one", "S starts it", "no network file was read yet")
	c.press("I", "a", ".", "c", "s", "v", "enter", "x", "enter")
	c.sees("whose file it is is missing")
	c.press("enter", "@", "y", "enter")
	c.sees("Connections.csv: connections, 500 rows", "S syncs and matches")
	if want := []string{"read a.csv of x@y"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
	w.overview = Overview{Connected: ConnectedYes, Network: true}
	c = start(t, setup{services: w.services(), w: 100, h: 30})
	c.sees("✓ 2 Read a network file", "▸ 3 First import")
	w.overview = Overview{Connected: ConnectedYes, SyncedAt: testNow, Network: true, Review: 7}
	c = start(t, setup{services: w.services(), w: 100, h: 30})
	c.sees("7 matches wait for review", "enter: 4 Matches")
	c.lacks("no network file was read yet")
	c.lacks("First steps")
}

// Who may not connect an org is not led to it: an admin is who does.
func TestFirstRunOfOthers(t *testing.T) {
	w := &world{overview: Overview{Connected: ConnectedNone}}
	c := start(t, setup{services: w.services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}, w: 100, h: 30})
	c.sees("an admin connects the org")
	c.lacks("First steps")
}

// A file read before an org is connected is followed by connecting, and no sync is offered before.
func TestNetworkBeforeConnect(t *testing.T) {
	w := &world{overview: Overview{Connected: ConnectedNone}}
	c := start(t, setup{services: w.services(), w: 100, h: 30})
	c.press("I", "a", ".", "c", "s", "v", "enter", "x", "@", "y", "enter")
	c.sees("Connections.csv: connections, 500 rows", "The file was read; next: 2 Connect")
	c.lacks("S syncs")
}

// The empty queue says what it waits for: an import, a network file, or nothing.
func TestEmptyQueueSaysWhatIsMissing(t *testing.T) {
	for _, have := range []struct {
		overview Overview
		says     []string
	}{
		{Overview{Connected: ConnectedNone}, []string{"first import and a network file", "2 Connect leads to the import", "I reads a network file"}},
		{Overview{Connected: ConnectedYes, SyncedAt: testNow}, []string{"none was read", "I reads a network file"}},
		{Overview{Connected: ConnectedYes, SyncedAt: testNow, Network: true}, []string{"Every record is matched"}},
	} {
		w := &world{overview: have.overview}
		c := start(t, setup{services: w.services(), w: 100, h: 30})
		c.press("4")
		c.sees(have.says...)
	}
}

// After an import the wizard has no step open behind the one that is looked at.
func TestStepsAreDoneAfterAnImport(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("2", "]", "]", "]", "]")
	c.sees("✓ 3 Requirements", "✓ 4 Fields and objects", "▸ 5 First import")
	c.press("[")
	c.sees("▸ 4 Fields and objects", "✓ 5 First import")
	c.press("[")
	c.sees("▸ 3 Requirements", "✓ 4 Fields and objects")
}
