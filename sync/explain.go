package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// How the two sides of a field stand to each other.
const (
	SidesSame    = "same"
	SidesAlike   = "alike"
	SidesDiffer  = "differ"
	SidesMissing = "missing" // of one side, or nothing that speaks for or against
)

// ExplainRow is one field of an explanation. Texts are raw: clean them before a terminal.
type ExplainRow struct {
	Field     string  `json:"field"`
	Label     string  `json:"label"`
	Level     string  `json:"level"` // how well the two agree, in the model's words
	Record    string  `json:"record"`
	Member    string  `json:"member"`
	Bits      float64 `json:"bits"` // +1 doubles the odds
	Sides     string  `json:"sides"`
	Frequency string  `json:"frequency,omitempty"` // how common the value is
}

// EarlierDecision is a decision that a person made about a record.
type EarlierDecision struct {
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	What   string    `json:"what"` // accept, override, reject, no_match
	Member string    `json:"member"`
	Note   string    `json:"note,omitempty"`
	Stands bool      `json:"stands"`
}

// MemberView is a person or company as an explanation names it.
type MemberView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Company string `json:"company,omitempty"`
	Title   string `json:"title,omitempty"`
	URL     string `json:"url,omitempty"`
}

// nameOnly leaves what support staff may see.
func (m MemberView) nameOnly() MemberView {
	return MemberView{ID: m.ID, Name: m.Name, Company: m.Company}
}

// Explanation says why a record has its member, or why it has none. Prior and rows add up to Total.
type Explanation struct {
	RecordID      string            `json:"record"`
	Object        string            `json:"object"`
	RecordName    string            `json:"record_name"`
	Member        MemberView        `json:"member"`
	State         string            `json:"state"`
	Reason        string            `json:"reason,omitempty"`
	Probability   float64           `json:"probability"`
	Prior         float64           `json:"prior_bits"`
	Total         float64           `json:"total_bits"`
	NotThere      float64           `json:"not_in_network"` // probability
	LinkedFrom    float64           `json:"linked_from"`    // the probability from which such a pair is linked by itself
	ShownFrom     float64           `json:"shown_from"`     // and from which it is suggested
	Rows          []ExplainRow      `json:"rows"`
	RunnerUp      MemberView        `json:"runner_up"`
	RunnerUpScore float64           `json:"runner_up_score"`
	Differs       []string          `json:"runner_up_differs,omitempty"`
	Why           string            `json:"why"` // one line; for a record without a member, why not
	Opportunities int               `json:"open_opportunities"`
	Stale         bool              `json:"stale"` // the record changed after a person decided
	Decisions     []EarlierDecision `json:"decisions"`
	Rivals        []Rival           `json:"rivals"`
	DecidedBy     string            `json:"decided_by,omitempty"`
	Model         string            `json:"model,omitempty"`
	Badge         *Badge            `json:"badge,omitempty"` // the record's addresses in Salesforce; nil when no org was ever connected
	Contact       []ContactField    `json:"contact"`         // what the CRM holds to reach them (S13); none for support
}

// Explain says why a record has its match, is suggested one, or has none. Support staff see names and nothing else
// of a person (decision 15).
func (e *Engine) Explain(ctx context.Context, actor Actor, record string) (Explanation, error) {
	p, err := e.pairOf(ctx, record)
	if err != nil {
		return Explanation{}, err
	}
	kind := kindOfObject(p.record.Object)
	outcome := outcomeOf(p.current)
	out := Explanation{RecordID: p.record.ID, Object: p.record.Object, RecordName: recordName(p.record), State: string(p.current.State),
		Reason: p.current.Reason, Probability: outcome.Probability, NotThere: outcome.NotInDirectory, Stale: p.current.Stale,
		DecidedBy: p.current.DecidedBy, Model: p.current.ModelID, Why: match.WhyNot(outcome), Rows: []ExplainRow{}, Contact: []ContactField{}}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return Explanation{}, err
	}
	out.LinkedFrom, out.ShownFrom = float64(settings.Int(SettingMatchAccept))/100, float64(settings.Int(SettingMatchFloor))/100
	about := p.current.MemberID
	if about == "" && len(outcome.Candidates) > 0 {
		about = outcome.Candidates[0].MemberID // the best there was, to show what spoke against it
		out.Probability = outcome.Candidates[0].Probability
	}
	if about != "" {
		if err := e.explainPair(ctx, actor, kind, p, about, &out); err != nil {
			return Explanation{}, err
		}
	}
	if err := e.explainOthers(ctx, kind, outcome, about, &out); err != nil {
		return Explanation{}, err
	}
	if out.Badge, err = e.addressesOf(ctx, p.record); err != nil {
		return Explanation{}, err
	}
	if actor.Role == RoleSupport {
		out.Member, out.RunnerUp = out.Member.nameOnly(), out.RunnerUp.nameOnly()
	} else {
		out.Contact = ContactInfo(p.record)
	}
	return out, e.explainHistory(ctx, p, &out)
}

// explainPair fills in the evidence of one pair.
func (e *Engine) explainPair(ctx context.Context, actor Actor, kind match.Kind, p pair, about string, out *Explanation) error {
	member, err := e.member(ctx, kind, about)
	if errors.Is(err, store.ErrNotFound) {
		return nil // erased since
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", about, err)
	}
	asRecord, err := e.matchRecordOf(ctx, p.record)
	if err != nil {
		return err
	}
	if actor.Role == RoleSupport {
		asRecord, member = namesOnly(asRecord, member)
	}
	var model *match.Model
	if kept, err := e.store.Model(ctx, p.current.ModelID); err == nil {
		model = new(match.Model)
		if model.UnmarshalBinary(kept.Bytes) != nil {
			model = nil
		}
	}
	explained := match.Explain(model, asRecord, member, outcomeOf(p.current))
	out.Prior, out.Total = explained.PriorBits.Float(), explained.Bits.Float()
	for _, row := range explained.Rows {
		out.Rows = append(out.Rows, ExplainRow{Field: row.Field, Label: row.Label, Level: row.Level, Record: row.CRM, Member: row.Member,
			Bits: row.Bits.Float(), Frequency: row.Freq, Sides: sidesOf(row)})
	}
	if explained.RunnerUp != nil {
		out.RunnerUpScore, out.Differs = explained.RunnerUp.Probability, explained.RunnerUp.Differs
	}
	if out.Why == "" {
		out.Why = explained.Why()
	}
	return nil
}

// sidesOf puts the model's levels into the four signs of the screen.
func sidesOf(row match.ExplanationRow) string {
	switch {
	case row.CRM == "" || row.Member == "", row.Neutral:
		return SidesMissing
	case row.Level == "exact" || row.Level == "same" || strings.EqualFold(row.CRM, row.Member):
		return SidesSame
	case row.Bits < 0:
		return SidesDiffer
	}
	return SidesAlike
}

// namesOnly leaves what support staff may see: the names of the two sides.
func namesOnly(record match.Record, member match.Member) (match.Record, match.Member) {
	return match.Record{ID: record.ID, Object: record.Object, FirstName: record.FirstName, LastName: record.LastName, Company: record.Company},
		match.Member{ID: member.ID, FirstName: member.FirstName, LastName: member.LastName, Company: member.Company}
}

func recordName(record store.Record) string {
	if record.Object == "Account" {
		return record.Get("Name")
	}
	return strings.TrimSpace(record.Get("FirstName") + " " + record.Get("LastName"))
}

// explainOthers fills in who else there is: the member, the runner-up, and the records that want the same member.
func (e *Engine) explainOthers(ctx context.Context, kind match.Kind, outcome match.Outcome, about string, out *Explanation) error {
	var err error
	if about != "" {
		if out.Member, err = e.memberView(ctx, kind, about); err != nil {
			return err
		}
	}
	for _, candidate := range outcome.Candidates {
		if candidate.MemberID == about {
			continue
		}
		out.RunnerUpScore = candidate.Probability
		if out.RunnerUp, err = e.memberView(ctx, kind, candidate.MemberID); err != nil {
			return err
		}
		break
	}
	if about == "" {
		return nil
	}
	out.Rivals, err = e.rivals(ctx, about, out.RecordID)
	return err
}

// memberView reads how a person or company is named; empty for one that was erased.
func (e *Engine) memberView(ctx context.Context, kind match.Kind, id string) (MemberView, error) {
	if kind == match.Company {
		company, err := e.store.Company(ctx, id)
		if err != nil {
			return MemberView{ID: id}, ignoreNotFound(err)
		}
		return MemberView{ID: id, Name: company.Name, Company: company.Domain, URL: company.PageURL}, nil
	}
	person, err := e.store.Person(ctx, id)
	if err != nil {
		return MemberView{ID: id}, ignoreNotFound(err)
	}
	return MemberView{ID: id, Name: person.Name, Company: person.Company, Title: firstText(person.Title, person.Headline), URL: person.ProfileURL}, nil
}

func firstText(texts ...string) string {
	at := slices.IndexFunc(texts, func(text string) bool { return text != "" })
	if at < 0 {
		return ""
	}
	return texts[at]
}

// explainHistory fills in earlier decisions and what hangs on the record.
func (e *Engine) explainHistory(ctx context.Context, p pair, out *Explanation) error {
	decisions, err := e.store.Decisions(ctx, store.DecisionQuery{RecordID: p.record.ID})
	if err != nil {
		return fmt.Errorf("read the decisions on %s: %w", p.record.ID, err)
	}
	kind := kindOfObject(p.record.Object)
	for _, decision := range decisions {
		view := EarlierDecision{At: decision.DecidedAt, Who: decision.Actor, What: string(decision.Verdict), Note: decision.Note, Stands: decision.EndedAt.IsZero()}
		if decision.MemberID != "" {
			member, err := e.memberView(ctx, kind, decision.MemberID)
			if err != nil {
				return fmt.Errorf("read %s: %w", decision.MemberID, err)
			}
			view.Member = member.Name
		}
		out.Decisions = append(out.Decisions, view)
	}
	slices.Reverse(out.Decisions)
	out.Opportunities, err = e.store.CountOpenOpportunitiesOf(ctx, p.record.ID)
	if err != nil {
		return fmt.Errorf("count the opportunities of %s: %w", p.record.ID, err)
	}
	return nil
}
