package sync

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// changing is a request that changes something in the org.
type changing struct {
	method, path string
	types        []string // of the records in it
	fields       map[string]bool
}

// watchWire notes every request that changes something, before the org sees it.
func watchWire(h *harness) func() []changing {
	var lock sync.Mutex
	var seen []changing
	inner := h.front.now()
	var watching http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && strings.HasPrefix(r.URL.Path, "/services/data/") {
			body, _ := io.ReadAll(r.Body) // what could not be read the org refuses
			r.Body = io.NopCloser(bytes.NewReader(body))
			one := changing{method: r.Method, path: r.URL.Path, fields: map[string]bool{}}
			one.read(body)
			lock.Lock()
			seen = append(seen, one)
			lock.Unlock()
		}
		inner.ServeHTTP(w, r)
	})
	h.front.set(watching)
	return func() []changing {
		lock.Lock()
		defer lock.Unlock()
		return slices.Clone(seen)
	}
}

// read finds the records of a request: those of a collection, or the one that its path names the type of.
func (c *changing) read(body []byte) {
	var collection struct{ Records []map[string]any }
	if json.Unmarshal(body, &collection) != nil {
		return
	}
	for _, record := range collection.Records {
		attributes, _ := record["attributes"].(map[string]any)
		name, _ := attributes["type"].(string)
		c.types = append(c.types, name)
		for field := range record {
			c.fields[name+"."+field] = true
		}
	}
}

// What leaves the system to change the org is an insert of tasks and notes, with the listed fields and no other, whatever is
// done; jobs of bulk queries, and the test contact of a trial, are all else (S2, S18, S94, S130, decisions 12 and 17).
func TestOnlyInserts_S2_S18_S94_S130(t *testing.T) {
	w := writers(t, orgsim.Config{Contacts: 90})
	seen := watchWire(w.harness)
	for _, kind := range []Kind{KindMessage, KindInMail, KindNote, KindCall} {
		w.add(kind, "about "+string(kind))
	}
	w.settleAll()
	if _, err := w.engine.Sync(t.Context(), w.admin, ImportOptions{Full: true}); err != nil {
		t.Fatal(err)
	}
	listed := map[string][]string{ // S123 to S126
		"Task": {"ActivityDate", "OwnerId", "WhoId", "WhatId", "RecordTypeId", "Subject", "Status", "Description"},
		"Note": {"OwnerId", "ParentId", "Title", "Body"},
	}
	query := regexp.MustCompile(`/jobs/query(/[A-Za-z0-9]+)?$`)
	kept := map[string]bool{}
	for _, one := range seen() {
		switch {
		case query.MatchString(one.path):
		case one.method == http.MethodPost && strings.HasSuffix(one.path, "/composite/sobjects"):
			for _, name := range one.types {
				kept[name] = true
			}
			for field := range one.fields {
				name, field, _ := strings.Cut(field, ".")
				if allowed := listed[name]; field != "attributes" && !slices.Contains(allowed, field) {
					t.Errorf("%s.%s is written", name, field)
				}
			}
		default:
			t.Errorf("%s %s", one.method, one.path)
		}
	}
	delete(kept, "Task")
	if delete(kept, "Note"); len(kept) > 0 {
		t.Errorf("records of %v are written", kept)
	}

	before := len(seen())
	if report, err := w.engine.RunTrial(t.Context(), w.admin, TrialOptions{Seat: w.seat.Email}); err != nil || !report.OK {
		t.Fatalf("%+v, %v", report, err)
	}
	contacts := 0
	for _, one := range seen()[before:] {
		if one.method == http.MethodPost && strings.HasSuffix(one.path, "/sobjects/Contact") {
			contacts++
		} else if one.method == http.MethodPatch || one.method == http.MethodPut {
			t.Errorf("a trial: %s %s", one.method, one.path)
		}
	}
	if contacts != 1 {
		t.Errorf("a trial made %d contacts (S106)", contacts)
	}
}
