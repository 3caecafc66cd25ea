package world

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// everything prints row i of each kind that has one.
func everything(w *World, i int) string {
	c, out := w.Counts(), ""
	add := func(n int, get func() any) {
		if i < n {
			out += fmt.Sprintf("%+v\n", get())
		}
	}
	add(c.Users, func() any { return w.User(i) })
	add(c.Roles, func() any { return w.Role(i) })
	add(c.Accounts, func() any { return w.Account(i) })
	add(c.Contacts, func() any { return w.Contact(i) })
	add(c.Leads, func() any { return w.Lead(i) })
	add(c.Opportunities, func() any { return w.Opportunity(i) })
	add(c.ContactRoles, func() any { return w.ContactRole(i) })
	return out
}

func TestAccessOrderIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, contacts := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 5_000_000).Draw(t, "contacts")
		order := rapid.SliceOfN(rapid.IntRange(0, contacts-1), 1, 6).Draw(t, "order")
		one, two := New(seed, contacts), New(seed, contacts)
		first := make(map[int]string)
		for _, i := range order {
			first[i] = everything(one, i)
		}
		for k := len(order) - 1; k >= 0; k-- {
			if again := everything(two, order[k]); again != first[order[k]] {
				t.Fatalf("row %d differs:\n%s\n%s", order[k], first[order[k]], again)
			}
		}
	})
}

func TestSeedsDiffer(t *testing.T) {
	if everything(New(1, 300), 7) == everything(New(2, 300), 7) {
		t.Fatal("two seeds made the same rows")
	}
}

func TestStampsGrowAndStayBeforeToday(t *testing.T) {
	w := New(3, 4000)
	for o := Users; o <= ContactRoles; o++ {
		for i := 1; i < w.count(o); i++ {
			if !w.Stamp(o, i).After(w.Stamp(o, i-1)) {
				t.Fatalf("object %d: stamp %d does not follow stamp %d", o, i, i-1)
			}
		}
		if last := w.Stamp(o, w.count(o)-1); !last.Before(w.today) {
			t.Fatalf("object %d ends at %v, not before today", o, last)
		}
	}
}

func TestPermutationsInvert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<40).Draw(t, "n")
		p := newPermute(rapid.Uint64().Draw(t, "key"), n)
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		if v := p.at(i); v < 0 || v >= n || p.inverse(v) != i {
			t.Fatalf("at(%d) = %d, inverse %d, n %d", i, v, p.inverse(v), n)
		}
	})
}

func TestPermutationCoversAll(t *testing.T) {
	for _, n := range []int{1, 2, 3, 17, 1000} {
		p, seen := newPermute(9, n), make(map[int]bool)
		for i := range n {
			seen[p.at(i)] = true
		}
		if len(seen) != n {
			t.Errorf("%d of %d values", len(seen), n)
		}
	}
}

func TestLayoutInverts(t *testing.T) {
	for _, contacts := range []int{1, 2, 15, 16, 17, 100, 3000, 7777} {
		l := newLayout(contacts)
		for company := range l.accountCompanies {
			first, n := l.employees(company)
			for person := first; person < first+n; person++ {
				if got, place := employer(person); got != company || place != person-first {
					t.Fatalf("%d contacts: person %d of company %d is employed by %d", contacts, person, company, got)
				}
			}
			if n < 1 {
				t.Fatalf("%d contacts: company %d has nobody", contacts, company)
			}
		}
		for m := range l.members {
			if got := l.memberOf(l.personOf(m)); got != m {
				t.Fatalf("%d contacts: member %d comes back as %d", contacts, m, got)
			}
		}
		w := New(5, contacts)
		for deal := range l.opportunities {
			found := false
			for _, other := range w.deals(w.dealCompany(deal)) {
				found = found || other == deal
			}
			if !found {
				t.Fatalf("%d contacts: deal %d is not among the deals of its company", contacts, deal)
			}
		}
	}
}

func TestPowersOfTen(t *testing.T) {
	for in, want := range map[int]int{0: 1, 1000: 10, 2000: 100, 1500: 31, 4500: 31620, 3301: 1995 + 5} {
		if got := power(in); got != want {
			t.Errorf("power(%d) = %d, want %d", in, got, want)
		}
	}
	for in, want := range map[int]int{0: 1, 3: 1, 4: 10, 31: 10, 32: 100, 999_999: 1_000_000} {
		if got := magnitude(in); got != want {
			t.Errorf("magnitude(%d) = %d, want %d", in, got, want)
		}
	}
	for i := 1; i < 5000; i++ {
		if power(i) < power(i-1) {
			t.Fatalf("power falls at %d", i)
		}
	}
}
