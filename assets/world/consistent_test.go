package world

import "testing"

var sizes = []int{0, 1, 2, 5, 16, 17, 120, 3000}

func inside(t *testing.T, what string, reference, n int, none bool) {
	t.Helper()
	if reference == None && none {
		return
	}
	if reference < 0 || reference >= n {
		t.Fatalf("%s refers to row %d of %d", what, reference, n)
	}
}

func checkRow(t *testing.T, w *World, what string, r Row) {
	t.Helper()
	if r.Created.After(r.Modified) || r.Modified.After(r.Stamp) || !r.Stamp.Before(w.today) {
		t.Fatalf("%s %d: created %v, modified %v, stamp %v", what, r.Index, r.Created, r.Modified, r.Stamp)
	}
	if r.Master != None && !r.Deleted {
		t.Fatalf("%s %d was merged and is not deleted", what, r.Index)
	}
}

func TestContactsAreConsistent(t *testing.T) {
	for _, size := range sizes {
		w := New(11, size)
		n := w.Counts()
		for i := range n.Contacts {
			c := w.Contact(i)
			checkRow(t, w, "contact", c.Row)
			inside(t, "contact.Account", c.Account, n.Accounts, true)
			inside(t, "contact.Owner", c.Owner, n.Users, false)
			inside(t, "contact.Member", c.Member, n.Members, true)
			if c.Master != None && (w.Contact(c.Master).Deleted || w.Contact(c.Master).Member != c.Member) {
				t.Fatalf("contact %d was merged into %d, which is deleted or somebody else", i, c.Master)
			}
			if c.Account != None && w.Account(c.Account).Deleted {
				t.Fatalf("contact %d belongs to a deleted account", i)
			}
			if c.LastName == "" {
				t.Fatalf("contact %d has no last name, which the CRM requires", i)
			}
		}
	}
}

func TestLeadsAreConsistent(t *testing.T) {
	converted := 0
	for _, size := range sizes {
		w := New(12, size)
		n := w.Counts()
		for i := range n.Leads {
			l := w.Lead(i)
			checkRow(t, w, "lead", l.Row)
			inside(t, "lead.Owner", l.Owner, n.Users, false)
			if l.LastName == "" || l.Company == "" {
				t.Fatalf("lead %d lacks what the CRM requires: %+v", i, l)
			}
			if l.Converted != (l.Status == "Closed - Converted") || l.Converted != (l.ConvertedContact != None) {
				t.Fatalf("lead %d is half converted: %+v", i, l)
			}
			if !l.Converted {
				continue
			}
			converted++
			c, a := w.Contact(l.ConvertedContact), w.Account(l.ConvertedAccount)
			if c.Deleted || a.Deleted || c.Account != a.Index || c.Member != l.Member {
				t.Fatalf("lead %d became contact %+v of account %+v", i, c, a)
			}
			if o := l.ConvertedOpportunity; o != None && (w.Opportunity(o).Deleted || w.Opportunity(o).Account != a.Index) {
				t.Fatalf("lead %d became opportunity %+v", i, w.Opportunity(o))
			}
		}
	}
	if converted < 50 {
		t.Errorf("only %d converted leads", converted)
	}
}

func TestAccountsAndDealsAreConsistent(t *testing.T) {
	for _, size := range sizes {
		w := New(13, size)
		n := w.Counts()
		for i := range n.Accounts {
			a := w.Account(i)
			checkRow(t, w, "account", a.Row)
			inside(t, "account.Company", a.Company, n.Companies, false)
			if a.Master != None && w.Account(a.Master).Company != a.Company {
				t.Fatalf("account %d was merged into another company's", i)
			}
			for _, live := range []int{a.Parent, a.Master} {
				if live != None && w.Account(live).Deleted {
					t.Fatalf("account %d refers to deleted account %d", i, live)
				}
			}
		}
		for i := range n.ContactRoles {
			r := w.ContactRole(i)
			o, c := w.Opportunity(r.Opportunity), w.Contact(r.Contact)
			if c.Deleted || c.Account != o.Account || o.Deleted && !r.Deleted {
				t.Fatalf("role %d joins %+v and %+v", i, c, o)
			}
		}
		for i := range n.Opportunities {
			o := w.Opportunity(i)
			checkRow(t, w, "opportunity", o.Row)
			if w.Account(o.Account).Deleted || o.Closed && o.CloseDate.After(w.today) || o.CloseDate.IsZero() {
				t.Fatalf("opportunity %d: %+v", i, o)
			}
		}
	}
}

func TestUsersAndRoles(t *testing.T) {
	w := New(14, 3000)
	n := w.Counts()
	mail := make(map[string]bool)
	for i := range n.Users {
		u := w.User(i)
		inside(t, "user.Role", u.Role, n.Roles, true)
		if mail[u.Email] {
			t.Errorf("two users have %s", u.Email)
		}
		mail[u.Email] = true
	}
	for i := range n.Roles {
		if r := w.Role(i); r.Parent >= i {
			t.Errorf("role %d has parent %d: not a tree", i, r.Parent)
		}
	}
	for s := range n.Seats {
		if u := w.User(w.SeatUser(s)); u.Seat != s || !u.Active {
			t.Errorf("seat %d has user %+v", s, u)
		}
	}
	if !w.User(integrationUser).Active || w.User(departedUser).Active {
		t.Error("the integration user must be active, the departed one not")
	}
}

// A good share of the live people must be in the network, and each of the
// special cases must occur in a world of the demo's size.
func TestDemoHasEveryCase(t *testing.T) {
	w := New(1, 3000)
	n := w.Counts()
	count := make(map[string]int)
	tally := func(name string, is bool) {
		if is {
			count[name]++
		}
	}
	for i := range n.Contacts {
		c := w.Contact(i)
		tally("live", !c.Deleted)
		tally("known", !c.Deleted && c.Member != None)
		tally("merged contact", c.Master != None)
		tally("deleted contact", c.Deleted && c.Master == None)
		tally("no account", c.Account == None)
		tally("no e-mail", c.Email == "")
		tally("other script", !isASCII(fold(c.Name)))
		tally("description", c.Description != "")
	}
	for i := range n.Leads {
		l := w.Lead(i)
		live := !l.Deleted && !l.Converted
		tally("live", live)
		tally("known", live && l.Member != None)
		tally("converted lead", l.Converted)
	}
	for i := range n.Opportunities {
		o := w.Opportunity(i)
		tally("open deal", !o.Closed && !o.Deleted)
		tally("deal of one who left", !o.Closed && o.Owner == departedUser)
	}
	if share := count["known"] * 100 / count["live"]; share < 55 || share > 70 {
		t.Errorf("%d %% of the live people are in the network, want 55 to 70", share)
	}
	for _, name := range []string{"merged contact", "deleted contact", "no account", "no e-mail", "other script", "description", "converted lead", "open deal", "deal of one who left"} {
		if count[name] < 3 {
			t.Errorf("only %d of %q", count[name], name)
		}
	}
	t.Logf("%v", count)
}
