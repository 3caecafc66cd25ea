package orgsim

import (
	"encoding/json"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// convertedStatus is the status of a lead that became a contact.
const convertedStatus = "Closed - Converted"

// convert makes a contact of a lead, and an account, and an opportunity if one is named; the lead's tasks and notes move to the contact.
func (o *Org) convert(w *records.Write, lead *records.Cursor, change Change) ([]string, *recordError) {
	if lead.Object().Name != "Lead" {
		return nil, recordErrorf("INVALID_CROSS_REFERENCE_KEY", nil, "only a lead can be converted")
	}
	if lead.Get("IsConverted").IsTrue() {
		return nil, recordErrorf("CANNOT_UPDATE_CONVERTED_LEAD", nil, "lead already converted")
	}
	id := lead.ID()
	made, problem := o.convertInto(w, lead, change)
	if problem != nil {
		return nil, problem
	}
	account, contact, opportunity := made[0], made[1], made[2]
	problem = o.set(w, lead, o.by(), records.Values{"IsConverted": schema.Bool(true), "ConvertedDate": schema.Date(o.stamp()), "ConvertedAccountId": account,
		"ConvertedContactId": contact, "ConvertedOpportunityId": opportunity, "Status": schema.Text(convertedStatus)})
	if problem != nil {
		return nil, problem
	}
	ids := []string{account.String(), contact.String()}
	if !opportunity.IsNull() {
		ids = append(ids, opportunity.String())
	}
	return ids, o.children(w, lead.Object(), id, false, func(relation schema.Child, child *records.Cursor) *recordError {
		return o.set(w, child, o.by(), records.Values{relation.Field: contact})
	})
}

// convertInto makes account, contact and opportunity; the last is null unless it was asked for.
func (o *Org) convertInto(w *records.Write, lead *records.Cursor, change Change) (made [3]schema.Value, problem *recordError) {
	get := func(name string) schema.Value { return lead.Get(name) }
	owner := get("OwnerId")
	if at, ok := w.View().Find(owner.String()); !ok || !at.Get("IsActive").IsTrue() {
		owner = o.by()
	}
	made[0] = schema.ParseValue(change.Into)
	if change.Into == "" {
		made[0], problem = o.make(w, "Account", records.Values{"Name": get("Company"), "Website": get("Website"), "Phone": get("Phone"), "Industry": get("Industry"),
			"BillingStreet": get("Street"), "BillingCity": get("City"), "BillingState": get("State"), "BillingPostalCode": get("PostalCode"),
			"BillingCountry": get("Country"), "OwnerId": owner})
		if problem != nil {
			return made, problem
		}
	}
	made[1], problem = o.make(w, "Contact", records.Values{"AccountId": made[0], "FirstName": get("FirstName"), "LastName": get("LastName"), "Title": get("Title"),
		"Email": get("Email"), "Phone": get("Phone"), "LeadSource": get("LeadSource"), "MailingStreet": get("Street"), "MailingCity": get("City"),
		"MailingState": get("State"), "MailingPostalCode": get("PostalCode"), "MailingCountry": get("Country"), "OwnerId": owner})
	if problem != nil || change.Fields["opportunity"] == nil {
		return made, problem
	}
	var name string
	if err := json.Unmarshal(change.Fields["opportunity"], &name); err != nil {
		return made, recordErrorf("INVALID_INPUT", nil, "opportunity must be a name: %v", err)
	}
	made[2], problem = o.make(w, "Opportunity", records.Values{"AccountId": made[0], "Name": schema.Text(name), "StageName": o.firstStage(),
		"CloseDate": schema.Date(o.stamp().AddDate(0, 3, 0)), "OwnerId": owner})
	if problem != nil {
		return made, problem
	}
	_, problem = o.make(w, "OpportunityContactRole", records.Values{"OpportunityId": made[2], "ContactId": made[1], "IsPrimary": schema.Bool(true)})
	return made, problem
}

func (o *Org) firstStage() schema.Value {
	object, _ := o.schema.Object("OpportunityStage")
	at := o.records.View().Cursor(object)
	at.Seek(0)
	return at.Get("ApiName")
}

// make adds a record with the checks of any new one. Null values are left out.
func (o *Org) make(w *records.Write, name string, values records.Values) (schema.Value, *recordError) {
	object, _ := o.schema.Object(name)
	d := &draft{object: object, values: records.Values{}}
	for i := range object.Fields {
		if value := values[object.Fields[i].Name]; !value.IsNull() {
			d.values[object.Fields[i].Name], d.given = value, append(d.given, object.Fields[i].Name)
		}
	}
	return o.insert(w, d, o.by())
}
