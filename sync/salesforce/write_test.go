package salesforce_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

const collectionPath = "POST /services/data/v67.0/composite/sobjects"

func note(title string) salesforce.NewRecord {
	return salesforce.NewRecord{Type: "Note", Fields: []salesforce.FieldValue{{Name: "ParentId", Value: "003000000000001AAA"}, {Name: "Title", Value: title}}}
}

func TestInsertEachOnItsOwn(t *testing.T) {
	org := newScripted(t)
	org.on(collectionPath, js(200, `[{"id":"00T000000000001EAA","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [LastName]","fields":["LastName"]}]},{"success":false,"errors":[]}]`))
	c, _ := org.client()
	results, err := c.Insert(t.Context(), []salesforce.NewRecord{note("a"), note("b"), note("c")})
	if err != nil || len(results) != 3 {
		t.Fatalf("got %v, %v", results, err)
	}
	if results[0].Err() != nil || results[0].ID != "00T000000000001EAA" {
		t.Errorf("first %+v", results[0])
	}
	var refused *salesforce.Error
	if err := results[1].Err(); !errors.As(err, &refused) || refused.ErrorCode != "REQUIRED_FIELD_MISSING" || refused.Fields[0] != "LastName" ||
		salesforce.Classify(err) != salesforce.ActionRecord || strings.Contains(err.Error(), "Required fields") {
		t.Errorf("second %v", err)
	}
	if err := results[2].Err(); salesforce.Classify(err) != salesforce.ActionRecord {
		t.Errorf("third %v", err)
	}
	want := `{"allOrNone":false,"records":[{"attributes":{"type":"Note"},"ParentId":"003000000000001AAA","Title":"a"},{"attributes":{"type":"Note"},"ParentId":"003000000000001AAA","Title":"b"},{"attributes":{"type":"Note"},"ParentId":"003000000000001AAA","Title":"c"}]}`
	if org.last().Body != want {
		t.Errorf("sent %s", org.last().Body)
	}
	if h := org.last().Header; h.Get("Idempotency-Key") != "" || h.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("headers %v", h)
	}
}

func TestWriteOutcome(t *testing.T) {
	for name, tc := range map[string]struct {
		answer  http.HandlerFunc
		unknown bool
		action  salesforce.Action
	}{
		"connection lost":     {drop, true, salesforce.ActionDoubtful},
		"answer cut":          {cut("application/json", `[{"id":"00T0`, nil), true, salesforce.ActionDoubtful},
		"gateway timeout":     {html(504), true, salesforce.ActionDoubtful},
		"edge page":           {html(503), true, salesforce.ActionDoubtful},
		"request timeout":     {html(408), true, salesforce.ActionDoubtful},
		"unknown exception":   {refuse(500, "UNKNOWN_EXCEPTION", "x"), true, salesforce.ActionDoubtful},
		"page with status ok": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, true, salesforce.ActionDoubtful},
		"too few results":     {js(200, `[]`), true, salesforce.ActionDoubtful},
		"written without id":  {js(200, `[{"success":true,"errors":[]}]`), true, salesforce.ActionDoubtful},
		"server unavailable":  {refuse(503, "SERVER_UNAVAILABLE", "x"), false, salesforce.ActionRetry},
		"whole refused":       {refuse(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required"), false, salesforce.ActionRecord},
		"storage full":        {refuse(400, "STORAGE_LIMIT_EXCEEDED", "x"), false, salesforce.ActionAskAdmin},
		"daily limit":         {refuse(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), false, salesforce.ActionPause},
		"slow down":           {withHeader(html(429), "Retry-After", "3"), false, salesforce.ActionRetry},
		"redirected": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, false, salesforce.ActionAskAdmin},
	} {
		for kind, write := range map[string]func(*salesforce.Client) error{
			"insert": func(c *salesforce.Client) error {
				_, err := c.Insert(t.Context(), []salesforce.NewRecord{note("a")})
				return err
			},
			"create": func(c *salesforce.Client) error { _, err := c.Create(t.Context(), note("a")); return err },
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				org := newScripted(t)
				org.on(collectionPath, tc.answer)
				org.on("POST /services/data/v67.0/sobjects/Note", tc.answer)
				c, _ := org.client()
				err := write(c)
				if errors.Is(err, salesforce.ErrOutcomeUnknown) != tc.unknown || salesforce.Classify(err) != tc.action {
					t.Errorf("got %v (%v)", err, salesforce.Classify(err))
				}
				if len(org.requests()) != 1 {
					t.Errorf("a write was sent %d times", len(org.requests()))
				}
			})
		}
	}
}

func TestWriteNotSentIsNoDoubt(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	org.Close()
	_, err := c.Insert(t.Context(), []salesforce.NewRecord{note("a")})
	if err == nil || errors.Is(err, salesforce.ErrOutcomeUnknown) || salesforce.Classify(err) != salesforce.ActionRetry {
		t.Errorf("got %v", err)
	}
}

func TestWriteGoesOnAfterRefresh(t *testing.T) {
	org := newScripted(t)
	org.on(collectionPath, refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"), js(200, `[{"id":"00T000000000001EAA","success":true,"errors":[]}]`))
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	c, _ := org.client()
	if results, err := c.Insert(t.Context(), []salesforce.NewRecord{note("a")}); err != nil || !results[0].Success {
		t.Errorf("got %v, %v", results, err)
	}
}

func TestInsertBounds(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	if results, err := c.Insert(t.Context(), nil); err != nil || results != nil {
		t.Errorf("nothing: %v, %v", results, err)
	}
	if _, err := c.Insert(t.Context(), make([]salesforce.NewRecord, salesforce.MaxInsert+1)); err == nil || len(org.requests()) != 0 {
		t.Errorf("too many: %v", err)
	}
	bad := salesforce.NewRecord{Type: "Task", Fields: []salesforce.FieldValue{{Name: "Subject", Value: func() {}}}}
	if _, err := c.Insert(t.Context(), []salesforce.NewRecord{bad}); err == nil || errors.Is(err, salesforce.ErrOutcomeUnknown) {
		t.Errorf("unwritable: %v", err)
	}
}

func TestNewRecordJSON(t *testing.T) {
	r := salesforce.NewRecord{Type: "Task", Fields: []salesforce.FieldValue{{"Subject", `<b> & "q"`}, {"WhatId", ""}, {"WhoId", nil}, {"IsDone", false}, {"Count", 0},
		{"Amount", 1.5}, {"Sent__c", time.Date(2026, 11, 1, 10, 0, 0, 0, time.FixedZone("", 3600))}, {"Description", "a\r\nb"}}}
	got, err := r.JSON()
	want := `{"attributes":{"type":"Task"},"Subject":"<b> & \"q\"","IsDone":false,"Count":0,"Amount":1.5,"Sent__c":"2026-11-01T09:00:00.000Z","Description":"a\r\nb"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestNewRecordJSONIsLossless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.String(), 1, 6).Draw(t, "texts")
		r := salesforce.NewRecord{Type: "Task"}
		for i, text := range texts {
			r.Fields = append(r.Fields, salesforce.FieldValue{Name: string(rune('a' + i)), Value: text})
		}
		encoded, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(encoded, &back); err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		for i, text := range texts {
			if got, ok := back[string(rune('a'+i))]; ok != (text != "") || (ok && got != text) {
				t.Fatalf("%q came back as %q", text, got)
			}
		}
	})
}

func TestCreateGetDelete(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	org.on("POST /services/data/v67.0/sobjects/Note", js(201, `{"id":"002000000000001AAA","success":true,"errors":[]}`))
	if id, err := c.Create(t.Context(), note("a")); err != nil || id != "002000000000001AAA" || strings.Contains(org.last().Body, "attributes") {
		t.Errorf("create: %s, %v, sent %s", id, err, org.last().Body)
	}
	org.on("GET /services/data/v67.0/sobjects/Note/002000000000001AAA", js(200, `{"attributes":{},"Id":"002000000000001AAA","Title":"a"}`), refuse(404, "NOT_FOUND", "x"))
	if r, err := c.Get(t.Context(), "Note", "002000000000001AAA", "Id", "Title"); err != nil || r.Text("Title") != "a" || org.last().Query != "fields=Id%2CTitle" {
		t.Errorf("get: %v, %v", r, err)
	}
	if _, err := c.Get(t.Context(), "Note", "002000000000001AAA"); err == nil {
		t.Error("get of nothing works")
	}
	org.on("DELETE /services/data/v67.0/sobjects/Note/002000000000001AAA", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
		js(404, `[{"message":"entity is deleted","errorCode":"ENTITY_IS_DELETED","fields":[]}]`), refuse(400, "DELETE_FAILED", "x"))
	for i, works := range []bool{true, true, false} {
		if err := c.Delete(t.Context(), "Note", "002000000000001AAA"); (err == nil) != works {
			t.Errorf("delete %d: %v", i, err)
		}
	}
}

func TestDuplicateID(t *testing.T) {
	for message, want := range map[string]string{
		"duplicate value found: Sync_Key__c duplicates value on record with id: 00T000000000001":        "00T000000000001EAA",
		"doppelter Wert gefunden: Sync_Key__c dupliziert den Wert im Datensatz: 00T000000000001EAA":     "00T000000000001EAA",
		"duplicate value found: Sync_Key__c duplicates value on record with id: <unknown>":              "",
		"duplicate value found: abcdefghijklmnopqr duplicates value on record with id: 00T000000000001": "00T000000000001EAA",
	} {
		id, ok := salesforce.DuplicateID(&salesforce.Error{ErrorCode: "DUPLICATE_VALUE", Message: message})
		if id != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", message, id, ok)
		}
	}
	if _, ok := salesforce.DuplicateID(&salesforce.Error{ErrorCode: "OTHER", Message: "00T000000000001EAA"}); ok {
		t.Error("another code is no duplicate")
	}
}
