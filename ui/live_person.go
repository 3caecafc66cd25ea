package ui

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	crmsync "crmsync/sync"
)

// livePerson gathers everything about one person.
type livePerson struct{ live }

// Dossier is everything, as crmsync person export writes it.
func (p livePerson) Dossier(ctx context.Context, id string) ([]byte, error) {
	dossier, err := p.engine.Person(ctx, p.actor, id)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(dossier, "", "  ")
	return append(text, '\n'), err
}

// Erase deletes it for good, and says what went and what stays.
func (p livePerson) Erase(ctx context.Context, id, typed string) ([]string, error) {
	r, err := p.engine.ErasePerson(ctx, p.actor, id, typed)
	if r.AuditID == "" {
		return nil, err
	}
	lines := []string{"by " + r.By + ", audit " + r.AuditID, ""}
	tables := make([]string, 0, len(r.Removed))
	for table, rows := range r.Removed {
		tables = append(tables, table+": "+count(rows, "row", "rows"))
	}
	slices.Sort(tables)
	lines = append(lines, tables...)
	lines = append(lines, "", count(r.Unlinked, "CRM record let go of", "CRM records let go of")+"; "+count(r.Remembered, "digest kept", "digests kept")+", by which a later import leaves the person out")
	for _, row := range r.InCRM {
		lines = append(lines, "stays in the CRM: "+row.Object+" "+row.ID+", which we wrote")
	}
	for _, record := range r.Records {
		lines = append(lines, "stays in the CRM: its own record "+record)
	}
	if r.Warning != "" {
		lines = append(lines, r.Warning)
	}
	return append(lines, "", count(r.FilesRead, "file", "files")+" read for the person's id; "+number(r.FilesHolding)+" still hold it"), err
}

// Held puts everything into parts.
func (p livePerson) Held(ctx context.Context, id string) (Held, error) {
	d, err := p.engine.Person(ctx, p.actor, id)
	if err != nil {
		return Held{}, err
	}
	describe := p.describer()
	return Held{ID: d.Person.ID, Name: d.Person.Name, Parts: append(heldOfNetwork(d, describe, ctx), heldElsewhere(d, describe, ctx)...)}, nil
}

// day is a time of a row; "" for none.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2 Jan 2006")
}

// heldOfNetwork are the parts that the network's files brought.
func heldOfNetwork(d crmsync.PersonDossier, describe *describer, ctx context.Context) []HeldPart {
	x := d.Person
	facts := HeldPart{Title: "Facts", Note: "as the network's files say"}
	for _, f := range []Field{{"id", x.ID}, {"name", x.Name}, {"profile", x.ProfileURL}, {"title", x.Title}, {"company", x.Company}, {"e-mail", x.Email}, {"phone", x.Phone}, {"place", joinWords(" ", x.Location, x.City, x.Country)}} {
		if f.Value != "" {
			facts.Rows = append(facts.Rows, HeldRow{Name: f.Name, Value: f.Value})
		}
	}
	if d.Source != nil {
		facts.Rows = append(facts.Rows, HeldRow{Name: "came from", Value: joinWords(", ", d.Source.File, d.Source.Kind, "read "+day(d.Source.ImportedAt)+" by "+d.Source.ImportedBy), Text: d.Source.Consent})
	}
	positions := HeldPart{Title: "Positions"}
	for _, row := range d.Positions {
		positions.Rows = append(positions.Rows, HeldRow{Name: row.Title, Value: row.Company})
	}
	connections := HeldPart{Title: "Connections", Note: "seats that are connected with them"}
	for _, row := range d.Connections {
		connections.Rows = append(connections.Rows, HeldRow{Name: describe.seat(ctx, row.SeatID), Value: joinWords(" ", "since", orDefault(day(row.ConnectedAt), "an unknown day"))})
	}
	activities := HeldPart{Title: "Activities", Note: "with their texts"}
	for _, row := range d.Activities {
		state := "not written"
		if row.Outbox != nil {
			state = string(row.Outbox.State)
		}
		activities.Rows = append(activities.Rows, HeldRow{Name: day(row.OccurredAt) + " " + row.Kind, Value: joinWords(", ", row.Subject, state), Text: row.Body})
	}
	return []HeldPart{facts, positions, connections, activities}
}

// heldElsewhere are the parts that came of it here and in the CRM.
func heldElsewhere(d crmsync.PersonDossier, describe *describer, ctx context.Context) []HeldPart {
	matches := HeldPart{Title: "CRM records", Note: "linked or suggested; the CRM's own"}
	for _, row := range d.Matches {
		matches.Rows = append(matches.Rows, HeldRow{Name: row.Object + " " + row.RecordID, Value: stateWord(string(row.State))})
	}
	compared := HeldPart{Title: "Compared with", Note: "CRM records for which they were looked at"}
	for _, record := range d.Competing {
		compared.Rows = append(compared.Rows, HeldRow{Name: record})
	}
	decisions := HeldPart{Title: "Decisions", Note: "of people, about a match"}
	for _, row := range d.Decisions {
		decisions.Rows = append(decisions.Rows, HeldRow{Name: day(row.DecidedAt) + " " + string(row.Verdict), Value: row.RecordID + " by " + row.Actor, Text: row.Note})
	}
	saves := HeldPart{Title: "Saves"}
	for _, row := range d.Saves {
		saves.Rows = append(saves.Rows, HeldRow{Name: day(row.SavedAt), Value: "for " + describe.seat(ctx, row.SeatID) + " because of " + row.OpportunityID})
	}
	alerts := HeldPart{Title: "Alerts"}
	for _, row := range d.Alerts {
		alerts.Rows = append(alerts.Rows, HeldRow{Name: day(row.At) + " " + string(row.Kind), Value: "for " + describe.seat(ctx, row.SeatID)})
	}
	trail := HeldPart{Title: "Audit events", Note: "that name or quote them"}
	for _, row := range d.Audit {
		trail.Rows = append(trail.Rows, HeldRow{Name: day(row.At) + " " + row.Actor, Value: describe.event(ctx, row)})
	}
	written := HeldPart{Title: "In the CRM", Note: "what we wrote; it stays"}
	for _, row := range d.Written {
		written.Rows = append(written.Rows, HeldRow{Name: row.Object + " " + row.ID, Value: "written " + day(row.WrittenAt)})
	}
	return []HeldPart{matches, compared, decisions, saves, alerts, trail, written}
}
