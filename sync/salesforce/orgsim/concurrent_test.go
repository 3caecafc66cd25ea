package orgsim_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// TestManyAtOnce writes, changes, exports and signs in at the same time. Each export must show one state: accounts are
// renamed in pairs, so a mixed pair is a torn export.
func TestManyAtOnce(t *testing.T) {
	s := serve(t, orgsim.Config{PageRows: 50})
	const pairs, rounds = 4, 12
	var names []map[string]any
	for i := range pairs * 2 {
		names = append(names, record("Account", map[string]any{"Name": fmt.Sprint("pair ", i/2, " round 0")}))
	}
	ids := s.add(names...)
	var group sync.WaitGroup
	for pair := range pairs {
		group.Go(func() {
			for round := range rounds {
				name := fmt.Sprint("pair ", pair, " round ", round)
				body := map[string]any{"allOrNone": true, "records": []any{record("Account", map[string]any{"Id": ids[pair*2], "Name": name}), record("Account", map[string]any{"Id": ids[pair*2+1], "Name": name})}}
				if a, err := s.try("PATCH", data+"/composite/sobjects", body); err != nil || a.status != 200 {
					t.Errorf("%v %s", err, a.body)
				}
			}
		})
	}
	for range 3 {
		group.Go(func() {
			for range rounds {
				checkPairs(t, s)
				form := url.Values{"grant_type": {"client_credentials"}, "client_id": {s.login.ClientID}, "client_secret": {s.login.ClientSecret}}
				if a, err := s.try("POST", "/services/oauth2/token", form); err != nil || a.status != 200 {
					t.Errorf("%v %s", err, a.body)
				}
				if err := s.org.SetScenarios("hidden-field=Contact.Email"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	checkPairs(t, s)
}

// checkPairs exports all accounts and compares the two of each pair.
func checkPairs(t *testing.T, s *served) {
	made, err := s.try("POST", bulk, queryAll("SELECT Name FROM Account WHERE Name LIKE 'pair %'"))
	if err != nil || made.status != 200 {
		t.Errorf("%v %s", err, made.body)
		return
	}
	path := bulk + "/" + made.object()["id"].(string)
	if a, err := s.try("GET", path, nil); err != nil || a.status != 200 {
		t.Errorf("%v %s", err, a.body)
		return
	}
	page, err := s.try("GET", path+"/results", nil)
	if err != nil || page.status != 200 {
		t.Errorf("%v %s", err, page.body)
		return
	}
	rows := strings.Split(strings.TrimSpace(string(page.body)), "\n")[1:]
	for i := 0; i+1 < len(rows); i += 2 {
		if rows[i] != rows[i+1] {
			t.Errorf("an export shows %s beside %s", rows[i], rows[i+1])
		}
	}
}
