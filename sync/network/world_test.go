package network

import (
	"testing"

	"crmsync/assets/world"
)

// The demo's files go through the readers without a loss: every member and
// every sent message arrives.
func TestReadsTheWorld(t *testing.T) {
	w := world.New(1, 3000)
	people := make(map[string]bool)
	activities := 0
	for s := range w.Counts().Seats {
		seat := w.Seat(s)
		for _, name := range []string{"Connections.csv", "messages.csv"} {
			r, err := Open(t.Context(), FS(w.Files(), seat.Email+"/"+name), Options{Seat: seat.Email})
			if err != nil {
				t.Fatal(err)
			}
			for row, err := range r.Rows(t.Context()) {
				switch {
				case err != nil:
					t.Fatal(err)
				case row.Person != nil:
					people[row.Person.Key] = true
					if !row.Person.Connected || row.Person.ConnectedOn.IsZero() {
						t.Fatalf("%s:%d: no day of connection", row.File, row.Line)
					}
				case row.Activity != nil:
					activities++
					if row.Activity.Person.ProfileURL == "" || row.Activity.At.After(world.Today) {
						t.Fatalf("%s:%d: %+v", row.File, row.Line, row.Activity)
					}
				}
			}
			sum := r.Summary()
			t.Logf("%s %s: %d rows, skipped %v, own %s", seat.Email, name, sum.Rows, sum.Skipped, sum.Own)
			if name == "messages.csv" && sum.Own != seat.ProfileURL {
				t.Errorf("own profile %q, want %q", sum.Own, seat.ProfileURL)
			}
		}
	}
	r, err := Open(t.Context(), FS(w.Files(), "people.csv"), Options{Seat: "a@b.example"})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		people[row.Person.Key] = true
	}
	t.Logf("%s: %+v", r.Kind(), r.Summary())
	if len(people) != w.Counts().Members {
		t.Errorf("%d people for %d members", len(people), w.Counts().Members)
	}
	if activities < 300 {
		t.Errorf("only %d activities", activities)
	}
	companies, err := Open(t.Context(), FS(w.Files(), "companies.csv"), Options{Seat: "a@b.example"})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := companies.Check(t.Context())
	if err != nil || companies.Kind() != KindCompanies || sum.Companies < 700 || len(sum.Skipped) > 0 {
		t.Errorf("companies: %+v, %v", sum, err)
	}
}
