package sync

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce"
)

// objectsOf are the CRM objects of a kind, in the order of their ids.
func objectsOf(kind match.Kind) []string {
	if kind == match.Company {
		return []string{"Account"}
	}
	return []string{"Contact", "Lead"}
}

// kindOfObject is the kind of match an object takes part in (S3).
func kindOfObject(object string) match.Kind {
	if object == "Account" {
		return match.Company
	}
	return match.Person
}

// crmRecords streams the records of a kind as the model sees them. Linked tells which company an account is linked to.
func (e *Engine) crmRecords(ctx context.Context, kind match.Kind, linked map[string]string) iter.Seq2[match.Record, error] {
	return func(yield func(match.Record, error) bool) {
		for _, object := range objectsOf(kind) {
			for row, err := range e.store.EachRecord(ctx, object, store.RecordFilter{}) {
				if err != nil {
					yield(match.Record{}, fmt.Errorf("read %ss: %w", strings.ToLower(object), err))
					return
				}
				if row.Deleted {
					continue
				}
				if !yield(matchRecord(row, linked), nil) {
					return
				}
			}
		}
	}
}

// matchRecord is a CRM record as the model sees it.
func matchRecord(row store.Record, linked map[string]string) match.Record {
	record := match.Record{ID: row.ID, Object: row.Object, Email: row.Get("Email"), Phone: row.Get("Phone"), FirstName: row.Get("FirstName"),
		LastName: row.Get("LastName"), Title: row.Get("Title"), ProfileURL: row.Get("LinkedIn_URL__c"), MemberToken: row.Get("LID__LinkedIn_Member_Token__c")}
	if at, err := salesforce.ParseDateTime(row.Get("LastModifiedDate")); err == nil && !at.IsZero() {
		record.Modified = at.UnixMilli()
	}
	switch row.Object {
	case "Contact":
		record.Company, record.Website = row.Get("Account.Name"), row.Get("Account.Website")
		record.Street, record.City, record.State, record.Country = row.Get("MailingStreet"), row.Get("MailingCity"), row.Get("MailingState"), row.Get("MailingCountry")
		record.AccountMemberID = linked[row.Get("AccountId")]
		if isPersonAccount(row) {
			record.Company, record.Website, record.AccountMemberID = "", "", "" // the account is the person again
		}
	case "Lead":
		record.Company, record.Website, record.Industry = row.Get("Company"), row.Get("Website"), row.Get("Industry")
		record.Street, record.City, record.State, record.Country = row.Get("Street"), row.Get("City"), row.Get("State"), row.Get("Country")
		if row.Get("IsConverted") == "true" {
			record.Excluded = "converted"
		}
	case "Account":
		record.FirstName, record.LastName, record.MemberToken = "", "", row.Get("LID__LinkedIn_Company_Id__c")
		record.Company, record.Website, record.Industry = row.Get("Name"), row.Get("Website"), row.Get("Industry")
		record.Street, record.City, record.State, record.Country = row.Get("BillingStreet"), row.Get("BillingCity"), row.Get("BillingState"), row.Get("BillingCountry")
		record.PostalCode, record.Employees = row.Get("BillingPostalCode"), wholeNumber(row.Get("NumberOfEmployees"))
		if isPersonAccount(row) {
			record.Excluded = "person account"
		}
	}
	return record
}

// wholeNumber reads a number as Salesforce writes it; 0 when it is none.
func wholeNumber(text string) int {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number < 0 || number > math.MaxInt32 {
		return 0
	}
	return int(number)
}

func companyMember(c store.Company) match.Member {
	website := c.Website
	if website == "" {
		website = c.Domain
	}
	return match.Member{ID: c.ID, Company: c.Name, Phone: c.Phone, Street: c.Street, City: c.City, State: c.State, PostalCode: c.PostalCode,
		Country: c.Country, Website: website, ProfileURL: c.PageURL, Industry: c.Industry, Employees: int(c.Employees)}
}

func personMember(p store.Person, positions []store.Position) match.Member {
	member := match.Member{ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Company: p.Company, CompanyID: p.CompanyID, Title: p.Title,
		Email: p.Email, Phone: p.Phone, Street: p.Street, City: p.City, State: p.State, PostalCode: p.PostalCode, Country: p.Country,
		ProfileURL: p.ProfileURL, Industry: p.Industry}
	if member.FirstName == "" && member.LastName == "" {
		member.FirstName, member.LastName = splitName(p.Name)
	}
	if member.Title == "" {
		member.Title = p.Headline
	}
	if member.City == "" && member.Country == "" {
		member.City, member.State, member.Country = splitLocation(p.Location)
	}
	for _, position := range positions {
		member.Positions = append(member.Positions, match.Position{Company: position.Company, Title: position.Title, Current: position.Current})
	}
	return member
}

// splitName guesses the two parts of a name that came as one, as in messages.
func splitName(name string) (first, last string) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return "", name
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// splitLocation reads "City, Region, Country".
func splitLocation(location string) (city, state, country string) {
	parts := strings.Split(location, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	switch len(parts) {
	case 1:
		return parts[0], "", ""
	case 2:
		return parts[0], "", parts[1]
	}
	return parts[0], parts[1], parts[len(parts)-1]
}

// asScore is a probability in millionths.
func asScore(probability float64) int64 {
	return int64(math.Round(min(max(probability, 0), 1) * store.ScoreUnit))
}

func asProbability(score int64) float64 { return float64(score) / store.ScoreUnit }

// matchRow is an outcome as it is kept.
func matchRow(outcome match.Outcome, object, modelID, runID string) store.Match {
	row := store.Match{RecordID: outcome.RecordID, Object: object, State: store.MatchState(outcome.State), Reason: string(outcome.Reason),
		MemberID: outcome.MemberID, Score: asScore(outcome.Probability), Bits: int64(outcome.Bits), NullScore: asScore(outcome.NotInDirectory),
		RunnerUpID: outcome.RunnerUp.MemberID, RunnerUpScore: asScore(outcome.RunnerUp.Probability), DuplicateOf: outcome.DuplicateOf,
		Stale: outcome.Stale, Evidence: outcome.Evidence, Candidates: encodeCandidates(outcome.Candidates), ModelID: modelID, RunID: runID}
	if outcome.Forced && row.Reason == "" {
		row.Reason = reasonForced
	}
	return row
}

// reasonForced is the reason of a link that an id in the CRM made.
const reasonForced = "forced"

// outcomeOf is a kept row as the model knows it.
func outcomeOf(row store.Match) match.Outcome {
	outcome := match.Outcome{RecordID: row.RecordID, State: match.State(row.State), Reason: match.Reason(row.Reason), MemberID: row.MemberID,
		Probability: asProbability(row.Score), Bits: match.Bits(row.Bits), Evidence: row.Evidence, DuplicateOf: row.DuplicateOf,
		NotInDirectory: asProbability(row.NullScore), Stale: row.Stale, Candidates: decodeCandidates(row.Candidates)}
	if row.Reason == reasonForced {
		outcome.Forced, outcome.Reason = true, match.NoReason
	}
	for _, candidate := range outcome.Candidates {
		if candidate.MemberID == row.RunnerUpID {
			outcome.RunnerUp = candidate
		}
	}
	return outcome
}

// encodeCandidates writes candidates compactly: for each its id, probability, bits and evidence, lengths first.
func encodeCandidates(candidates []match.Candidate) []byte {
	var out []byte
	for _, candidate := range candidates {
		out = binary.AppendUvarint(out, uint64(len(candidate.MemberID)))
		out = append(out, candidate.MemberID...)
		out = binary.BigEndian.AppendUint64(out, math.Float64bits(candidate.Probability))
		out = binary.AppendVarint(out, int64(candidate.Bits))
		out = binary.AppendUvarint(out, uint64(len(candidate.Evidence)))
		out = append(out, candidate.Evidence...)
	}
	return out
}

// decodeCandidates reads what encodeCandidates wrote; what is damaged ends the list.
func decodeCandidates(in []byte) []match.Candidate {
	var candidates []match.Candidate
	text := func() ([]byte, bool) {
		length, n := binary.Uvarint(in)
		if n <= 0 || length > uint64(len(in)-n) {
			return nil, false
		}
		value := in[n : n+int(length)]
		in = in[n+int(length):]
		return value, true
	}
	for len(in) > 0 {
		id, ok := text()
		if !ok || len(in) < 8 {
			return candidates
		}
		probability := math.Float64frombits(binary.BigEndian.Uint64(in))
		in = in[8:]
		bits, n := binary.Varint(in)
		if n <= 0 {
			return candidates
		}
		in = in[n:]
		evidence, ok := text()
		if !ok {
			return candidates
		}
		candidates = append(candidates, match.Candidate{MemberID: string(id), Probability: probability, Bits: match.Bits(bits), Evidence: match.Evidence(evidence)})
	}
	return candidates
}
