package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/match/normal"
	"crmsync/store"
)

// ContactField is one way to reach somebody, or their place, as the CRM holds it, but for phone numbers, which are as
// ShownPhone gives them. Clean the value before a terminal.
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
		value := record.Get(f.Value)
		if f.Name == "phone" {
			value = ShownPhone(value, firstText(record.Get("MailingCountry"), record.Get("Country"), record.Get("BillingCountry")))
		}
		if value != "" {
			fields = append(fields, ContactField{f.Name, value})
		}
	}
	return fields
}

// ShownPhone is a phone number as people are shown it: in E.164, of the country beside it when it names none; as it is
// when it is no number. The store keeps what the CRM or the network wrote.
func ShownPhone(phone, country string) string { return normal.PhoneDisplay(phone, country) }

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
