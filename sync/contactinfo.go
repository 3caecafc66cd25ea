package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/store"
)

// ContactField is one way to reach somebody, or their place, as the CRM holds it. The value is raw: clean it before a
// terminal.
type ContactField struct {
	Name  string `json:"name"` // "e-mail", "phone", "title", "website", "city" or "country"
	Value string `json:"value"`
}

// ContactInfo returns what a record of the CRM holds to reach them, in the order to show it: what is shown on the page
// of the matched person or company (S13).
func ContactInfo(record store.Record) []ContactField {
	fields := []ContactField{}
	for _, f := range []ContactField{{"e-mail", "Email"}, {"phone", "Phone"}, {"title", "Title"}, {"website", "Website"}, {"city", "MailingCity"}, {"city", "City"}, {"city", "BillingCity"},
		{"country", "MailingCountry"}, {"country", "Country"}, {"country", "BillingCountry"}} {
		if value := record.Get(f.Value); value != "" {
			fields = append(fields, ContactField{f.Name, value})
		}
	}
	return fields
}

// addressesOf returns where a record is in Salesforce; nil when no org was ever connected.
func (e *Engine) addressesOf(ctx context.Context, record store.Record) (*Badge, error) {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) || err == nil && connection.InstanceURL == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the connection: %w", err)
	}
	badge := badgeOf(connection.InstanceURL, record.Object, record.ID)
	return &badge, nil
}
