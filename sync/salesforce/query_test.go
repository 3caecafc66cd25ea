package salesforce_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

const queryPath = "/services/data/v67.0/query"

func TestQueryPages(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+queryPath, js(200, `{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01gxx-2000","records":[{"attributes":{"type":"UserRole"},"Id":"1","Name":"a"},{"Id":"2","Name":null}]}`))
	org.on("GET "+queryPath+"/01gxx-2000", html(503), js(200, `{"totalSize":3,"done":true,"records":[{"Id":"3","Owner":{"Name":"O'Neil \"x\""}}]}`))
	c, _ := org.client()
	var got []string
	for r, err := range c.Query(t.Context(), "SELECT Id, Name FROM UserRole WHERE Name = 'a+b'") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Text("Id")+"|"+r.Text("Name")+"|"+r.Text("Owner.Name"))
	}
	if want := []string{"1|a|", "2||", `3||O'Neil "x"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if q, _ := url.ParseQuery(org.requests()[0].Query); q.Get("q") != "SELECT Id, Name FROM UserRole WHERE Name = 'a+b'" {
		t.Errorf("asked %q", q.Get("q"))
	}
}

func TestQueryRefusesBadPaging(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   error
	}{
		"another host":    {`{"totalSize":3,"done":false,"nextRecordsUrl":"https://evil.example/services/data/v67.0/query/x","records":[{"Id":"1"}]}`, salesforce.ErrAnswer},
		"two slashes":     {`{"totalSize":3,"done":false,"nextRecordsUrl":"//evil.example/services/data/x","records":[{"Id":"1"}]}`, salesforce.ErrAnswer},
		"no address":      {`{"totalSize":3,"done":false,"records":[{"Id":"1"}]}`, salesforce.ErrAnswer},
		"empty for ever":  {`{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query","records":[]}`, salesforce.ErrAnswer},
		"none at all":     {`{"totalSize":3,"done":true}`, salesforce.ErrCount},
		"fewer than said": {`{"totalSize":3,"done":true,"records":[{"Id":"1"}]}`, salesforce.ErrCount},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+queryPath, js(200, tc.answer))
			c, _ := org.client()
			var last error
			for _, err := range c.Query(t.Context(), "SELECT Id FROM Account") {
				last = err
			}
			if !errors.Is(last, tc.want) || len(org.requests()) != 1 {
				t.Errorf("got %v after %d requests", last, len(org.requests()))
			}
		})
	}
}

func TestQueryTooLongForREST(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	for _, err := range c.Query(t.Context(), "SELECT "+strings.Repeat("Field__c, ", 2000)+"Id FROM Account") {
		if !errors.Is(err, salesforce.ErrSelect) {
			t.Errorf("got %v", err)
		}
	}
}

func TestCount(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+queryPath, js(200, `{"totalSize":4711,"done":true,"records":[]}`), js(200, `{}`))
	c, _ := org.client()
	if n, err := c.Count(t.Context(), "SELECT COUNT() FROM Lead"); err != nil || n != 4711 {
		t.Errorf("got %d, %v", n, err)
	}
	if _, err := c.Count(t.Context(), "SELECT COUNT() FROM Lead"); !errors.Is(err, salesforce.ErrAnswer) {
		t.Errorf("got %v", err)
	}
}

func TestRecordGivesTheTextsOfBulk(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data/v67.0/queryAll", js(200, `{"totalSize":1,"done":true,"records":[{"Id":"1","Amount":9.5E8,"Count":3,"IsWon":true,"IsClosed":false,"Name":"a\u0000b\nc","Gone":null,"Stamp":"2020-10-22T21:03:23.000+0000","Day":"2026-11-01","Owner":{"Profile":{"Name":"P"}},"Nobody":null}]}`))
	c, _ := org.client()
	for r, err := range c.QueryAll(t.Context(), "SELECT Id FROM Opportunity") {
		if err != nil {
			t.Fatal(err)
		}
		row := r.Row([]string{"Id", "Amount", "IsWon", "IsClosed", "Name", "Gone", "Missing", "Owner.Profile.Name", "Nobody.Name"})
		var got []string
		for _, v := range row {
			got = append(got, string(v))
		}
		if want := []string{"1", "9.5E8", "true", "false", "a\x00b\nc", "", "", "P", ""}; !reflect.DeepEqual(got, want) {
			t.Errorf("row %q", got)
		}
		if r.Text("Name") != "ab\nc" || row.Text(4) != "ab\nc" || !r.Bool("IsWon") || r.Bool("IsClosed") || r.Integer("Count") != 3 || r.Integer("Gone") != 0 {
			t.Error("values are read wrongly")
		}
		if !r.Time("Stamp").Equal(time.Date(2020, 10, 22, 21, 3, 23, 0, time.UTC)) || !r.Time("Day").Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) || !r.Time("Gone").IsZero() {
			t.Error("times are read wrongly")
		}
	}
}

func TestDeleted(t *testing.T) {
	org := newScripted(t)
	const path = "GET /services/data/v67.0/sobjects/Contact/deleted/"
	org.on(path, js(200, `{"deletedRecords":[{"id":"003000000000001AAA","deletedDate":"2026-11-01T10:00:00.000+0000"}],"earliestDateAvailable":"2026-10-20T00:00:00.000+0000","latestDateCovered":"2026-11-02T00:00:00.000+0000"}`))
	c, _ := org.client()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.FixedZone("", 3600))
	d, err := c.Deleted(t.Context(), "Contact", start, start.Add(48*time.Hour))
	if err != nil || len(d.Records) != 1 || d.Records[0].ID != "003000000000001AAA" || d.Records[0].At.Hour() != 10 || d.Covered.Day() != 2 || d.Earliest.Day() != 20 {
		t.Errorf("got %+v, %v", d, err)
	}
	if q, _ := url.ParseQuery(org.last().Query); q.Get("start") != "2026-10-31T23:00:00.000Z" {
		t.Errorf("asked %v", q)
	}
	org.on(path, js(200, `{"deletedRecords":[{"id":"x","deletedDate":"yesterday"}]}`))
	if _, err := c.Deleted(t.Context(), "Contact", start, start); !errors.Is(err, salesforce.ErrAnswer) {
		t.Errorf("got %v", err)
	}
}

func TestIdentity(t *testing.T) {
	org := newScripted(t)
	path := "GET /id/" + orgID + "/" + userID
	org.on(path, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		_, _ = w.Write([]byte("Bad_OAuth_Token"))
	},
		js(200, `{"user_id":"005000000000123","organization_id":"`+orgID+`","username":"sync@acme.example","display_name":"Sync","email":"s@acme.example","timezone":"Europe/Berlin","language":"de","locale":"de_DE","utcOffset":3600000,"active":true,"user_type":"STANDARD","urls":{"rest":"x"},"status":{}}`))
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	c, _ := org.client()
	id, err := c.Identity(t.Context())
	if err != nil || id.UserID != "005000000000123AAA" || id.OrganizationID != orgID || id.Timezone != "Europe/Berlin" || !id.Active || org.count(tokenPath) != 1 {
		t.Fatalf("got %+v, %v", id, err)
	}
	if id.Location().String() != "Europe/Berlin" || (salesforce.Identity{Timezone: "Nowhere"}).Location() != time.UTC {
		t.Error("time zone is read wrongly")
	}
	if strings.Contains(id.String(), "acme") {
		t.Errorf("String gives away %s", id)
	}
}

func TestIdentityOfPastedToken(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/oauth2/userinfo", js(200, `{"sub":"x","user_id":"`+userID+`","organization_id":"`+orgID+`","preferred_username":"sync@acme.example","name":"Sync","zoneinfo":"Asia/Tokyo","email":"s@acme.example"}`))
	store := storeOf(salesforce.Token{AccessToken: "00Dsecret!pasted", InstanceURL: org.URL})
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.FixedGrant{}, Store: store})
	c, _ := org.client(func(o *salesforce.Options) { o.Tokens = source })
	id, err := c.Identity(t.Context())
	if err != nil || id.Username != "sync@acme.example" || id.Timezone != "Asia/Tokyo" || id.DisplayName != "Sync" {
		t.Errorf("got %+v, %v", id, err)
	}
	org.on("GET /services/oauth2/userinfo", js(200, `{"user_id":"short"}`))
	if _, err := c.Identity(t.Context()); !errors.Is(err, salesforce.ErrAnswer) {
		t.Errorf("got %v", err)
	}
}

func TestVersions(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data", js(200, `[{"label":"Spring '26","url":"/services/data/v66.0","version":"66.0"},{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}]`))
	c, _ := org.client()
	if err := c.CheckVersion(t.Context()); err != nil {
		t.Error(err)
	}
	if org.last().Header.Get("Authorization") != "" {
		t.Error("the versions were asked with a token")
	}
	old, _ := org.client(func(o *salesforce.Options) { o.Version = "68.0" })
	if err := old.CheckVersion(t.Context()); !errors.Is(err, salesforce.ErrAnswer) {
		t.Errorf("got %v", err)
	}
}
