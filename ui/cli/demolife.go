package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"

	"crmsync/assets/help"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
	"crmsync/ui"
)

// demoLife lets the people of the demo's org do something to its records, chosen by chance among what was imported.
type demoLife struct {
	session *session

	mu      sync.Mutex      // one thing happens after the other
	deleted string          // the record that was deleted last
	gone    map[string]bool // ids of records that are no more, which the store learns with the next import
}

// guides are the help topics that the Connect screen leads to (S36, S110e).
func guides() []ui.Guide {
	var out []ui.Guide
	for _, name := range []string{"connect", "install-lightning", "install-classic"} {
		if topic, ok := help.Find(name); ok {
			out = append(out, ui.Guide{Title: topic.Title, Text: topic.Text})
		}
	}
	return out
}

// Events are the changes that an import has to follow.
func (d *demoLife) Events() []ui.DemoEvent {
	return []ui.DemoEvent{
		{ID: "merge", Name: "merge", What: "two contacts become one"},
		{ID: "convert", Name: "convert", What: "a lead becomes a contact and an account"},
		{ID: "delete", Name: "delete", What: "a contact goes into the recycle bin"},
		{ID: "undelete", Name: "undelete", What: "the contact deleted last comes back"},
		{ID: "owner", Name: "change owner", What: "an account gets another owner"},
		{ID: "stage", Name: "change stage", What: "an open opportunity is won"},
	}
}

// Happen lets one event happen and says in words what it was.
func (d *demoLife) Happen(ctx context.Context, event string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch event {
	case "merge":
		return d.merge(ctx)
	case "convert":
		lead, err := d.any(ctx, "Lead", func(r store.Record) bool { return !r.Flag("IsConverted") })
		if err != nil {
			return "", err
		}
		err = d.change(ctx, orgsim.Change{Kind: "convert", ID: lead.ID})
		return "Lead " + personOf(lead) + " was converted", err
	case "delete":
		contact, err := d.any(ctx, "Contact", nil)
		if err != nil {
			return "", err
		}
		if err := d.change(ctx, orgsim.Change{Kind: "delete", ID: contact.ID}); err != nil {
			return "", err
		}
		d.deleted = contact.ID
		return "Contact " + personOf(contact) + " was deleted", nil
	case "undelete":
		return d.undelete(ctx)
	case "owner":
		return d.owner(ctx)
	case "stage":
		return d.stage(ctx)
	}
	return "", &failure{code: "demo.event", message: fmt.Sprintf("nothing of the kind %q can happen", event)}
}

func personOf(r store.Record) string { return r.Get("FirstName") + " " + r.Get("LastName") }

func (d *demoLife) merge(ctx context.Context) (string, error) {
	kept, err := d.any(ctx, "Contact", nil)
	if err != nil {
		return "", err
	}
	gone, err := d.any(ctx, "Contact", func(r store.Record) bool { return r.ID != kept.ID })
	if err != nil {
		return "", err
	}
	err = d.change(ctx, orgsim.Change{Kind: "merge", ID: gone.ID, Into: kept.ID})
	return "Contact " + personOf(gone) + " was merged into " + personOf(kept), err
}

func (d *demoLife) undelete(ctx context.Context) (string, error) {
	if d.deleted == "" {
		return "", &failure{code: "demo.nothing_deleted", message: "nothing was deleted from this menu yet", hint: "choose delete first"}
	}
	id := d.deleted
	if err := d.change(ctx, orgsim.Change{Kind: "undelete", ID: id}); err != nil {
		return "", err
	}
	d.deleted = ""
	record, err := d.session.store.Record(ctx, "Contact", id)
	return "Contact " + personOf(record) + " came back", err
}

func (d *demoLife) owner(ctx context.Context) (string, error) {
	account, err := d.any(ctx, "Account", nil)
	if err != nil {
		return "", err
	}
	user, err := d.any(ctx, "User", func(r store.Record) bool { return r.Flag("IsActive") && r.ID != account.Get("OwnerId") })
	if err != nil {
		return "", err
	}
	err = d.change(ctx, orgsim.Change{Kind: "owner", ID: account.ID, Fields: textFields("OwnerId", user.ID)})
	return "Account " + account.Get("Name") + " belongs to " + user.Get("Name"), err
}

func (d *demoLife) stage(ctx context.Context) (string, error) {
	stages, err := d.session.store.Stages(ctx)
	if err != nil {
		return "", err
	}
	won := ""
	for _, s := range stages {
		if s.Won {
			won = s.Name
		}
	}
	page, err := d.session.store.OpenOpportunities(ctx, store.PageQuery{Limit: 200})
	if err != nil {
		return "", err
	}
	if won == "" || len(page.Rows) == 0 {
		return "", &failure{code: "demo.no_record", message: "no opportunity is open, or no stage means won", hint: "import first"}
	}
	chosen := page.Rows[rand.IntN(len(page.Rows))]
	err = d.change(ctx, orgsim.Change{Kind: "stage", ID: chosen.ID, Fields: textFields("StageName", won)})
	return "Opportunity " + chosen.Name + " is " + won, err
}

func textFields(name, value string) map[string]json.RawMessage {
	text, _ := json.Marshal(value) // a text always marshals
	return map[string]json.RawMessage{name: text}
}

// any chooses a record of an object that was imported and fits.
func (d *demoLife) any(ctx context.Context, object string, fits func(store.Record) bool) (store.Record, error) {
	page, err := d.session.store.Records(ctx, object, "", store.PageQuery{Limit: 500})
	if err != nil {
		return store.Record{}, err
	}
	var rows []store.Record
	for _, r := range page.Rows {
		if !r.Deleted && !d.gone[r.ID] && (fits == nil || fits(r)) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return store.Record{}, &failure{code: "demo.no_record", message: "no " + object + " was imported that this could happen to", hint: "import first: crmsync import"}
	}
	return rows[rand.IntN(len(rows))], nil
}

// change asks the org, which may run in another process that has the same demo open.
func (d *demoLife) change(ctx context.Context, change orgsim.Change) error {
	if d.gone == nil {
		d.gone = map[string]bool{}
	}
	d.gone[change.ID] = change.Kind == "merge" || change.Kind == "delete" || change.Kind == "convert"
	body, err := json.Marshal(change)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.session.demo.URL()+"/admin/change", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("asking the demo's org: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return &failure{code: "demo.refused", message: fmt.Sprintf("the org refused it: %s", bytes.TrimSpace(text)), hint: "choose again: another record is taken"}
	}
	return nil
}
