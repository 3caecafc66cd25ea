package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"crmsync/match/normal"
)

// Explanation says why a record and a member are thought to be one. Prior and
// rows add up to Bits exactly.
type Explanation struct {
	RecordID    string           `json:"crmId"`
	MemberID    string           `json:"memberId"`
	Probability float64          `json:"prob"`
	Bits        Bits             `json:"bits"`
	PriorBits   Bits             `json:"priorBits"`
	Model       string           `json:"model,omitempty"`
	Rows        []ExplanationRow `json:"rows"`
	RunnerUp    *RunnerUp        `json:"runnerUp,omitempty"`
	None        float64          `json:"notInDirectory"`
	State       State            `json:"state,omitempty"`
	Reason      Reason           `json:"reason,omitempty"`
}

// ExplanationRow is the evidence of one field.
type ExplanationRow struct {
	Field  string  `json:"field"`
	Label  string  `json:"label"`
	CRM    string  `json:"crm"`
	Member string  `json:"member"`
	Level  string  `json:"level"`
	M      float64 `json:"m,omitempty"` // share of true pairs at this level
	U      float64 `json:"u,omitempty"` // share of others that agree as well
	Freq   string  `json:"freq,omitempty"`
	Bits   Bits    `json:"bits"`
	// Neutral says that the level means neither yes nor no: a free-mail domain,
	// or one that nothing is known of.
	Neutral bool `json:"neutral,omitempty"`
}

// RunnerUp is the best other member and where it differs.
type RunnerUp struct {
	MemberID    string   `json:"memberId"`
	Probability float64  `json:"prob"`
	Differs     []string `json:"differs"`
}

// Explain explains an outcome by the record and the member it is about. The
// member may be the outcome's or any of its candidates; for others there is no
// evidence. A nil model leaves out m, u and frequencies. Texts are as the two
// sides have them, phone numbers in E.164; blank a field before the call to keep it from the viewer.
func Explain(model *Model, rec Record, mem Member, o Outcome) Explanation {
	c := Candidate{MemberID: o.MemberID, Probability: o.Probability, Bits: o.Bits, Evidence: o.Evidence}
	if c.MemberID != mem.ID {
		c = Candidate{MemberID: mem.ID}
		for _, other := range o.Candidates {
			if other.MemberID == mem.ID {
				c = other
			}
		}
	}
	x := Explanation{
		RecordID: o.RecordID, MemberID: c.MemberID, Probability: c.Probability, Bits: c.Evidence.Total(), PriorBits: c.Evidence.Prior(),
		None: o.NotInDirectory, State: o.State, Reason: o.Reason, Rows: []ExplanationRow{},
	}
	if model != nil {
		x.Model = model.ID()
	}
	org := missing
	for _, row := range c.Evidence.Rows() {
		if row.Field == FieldOrg {
			org = row.Level
		}
	}
	for _, row := range c.Evidence.Rows() {
		x.Rows = append(x.Rows, explainRow(model, row, org, &rec, &mem))
	}
	for _, other := range o.Candidates {
		if other.MemberID != c.MemberID {
			x.RunnerUp = &RunnerUp{other.MemberID, other.Probability, differs(c.Evidence, other.Evidence)}
			break
		}
	}
	return x
}

// explainRow explains one row; org is the level of the company names.
func explainRow(model *Model, row EvidenceRow, org uint8, rec *Record, mem *Member) ExplanationRow {
	out := ExplanationRow{Field: row.Field.String(), Label: row.Field.Label(), Level: row.LevelName(), Bits: row.Bits,
		Neutral: row.Field == FieldDomain && row.Level == domainUnrelated}
	out.CRM, out.Member = recordText(row.Field, rec), memberText(row.Field, row.Level, mem)
	if model == nil || row.Field >= FieldGate || int(row.Level) >= maxLevels {
		return out
	}
	out.M = model.m[row.Field][row.Level]
	out.U = out.M / math.Exp2(row.Bits.Float())
	switch {
	case model.isKin(row, org):
		out.Freq = fmt.Sprintf("%.1f%% of companies with such names", 100*model.kin[org][row.Field][row.Level])
	case row.Level == 0:
		out.Freq = model.frequencyText(row.Field, out.U)
	}
	return out
}

// isKin reports whether a row weighs what companies of like names have in common,
// and not how often the value occurs.
func (m *Model) isKin(row EvidenceRow, org uint8) bool {
	if m.kind != Company || org == missing {
		return false
	}
	u := m.kin[org][row.Field][row.Level]
	return u > 0 && row.Bits == logBits(m.m[row.Field][row.Level])-logBits(u)
}

// frequencyText turns the u of an equal value back into a count.
func (m *Model) frequencyText(f Field, u float64) string {
	kind, ok := map[Field]valueKind{
		FieldFirst: valueGiven, FieldLast: valueFamily, FieldEmail: valueMail, FieldPhone: valuePhone, FieldStreet: valueStreet,
		FieldArea: valuePostal, FieldOrg: valueOrg, FieldTitle: valueTitle, FieldWeb: valueWeb,
	}[f]
	if !ok {
		return ""
	}
	total := m.freq[kind].total
	count := max(1, math.Round(u*total+0.49))
	return fmt.Sprintf("%s of %s members", thousands(int(count)), thousands(int(total)))
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func recordText(f Field, r *Record) string {
	switch f {
	case FieldFirst:
		return r.FirstName
	case FieldLast:
		return r.LastName
	case FieldMailName, FieldEmail:
		return r.Email
	case FieldDomain:
		return domainText(cmp.Or(r.Email, r.Website))
	case FieldPhone:
		return join(", ", normal.PhoneDisplay(r.Phone, r.Country), normal.PhoneDisplay(r.Phone2, r.Country))
	case FieldStreet:
		return r.Street
	case FieldArea:
		return join(", ", r.PostalCode, r.City, r.State, r.Country)
	case FieldOrg:
		return r.Company
	case FieldTitle:
		return r.Title
	case FieldWeb:
		return cmp.Or(r.Website, r.Email)
	case FieldSize:
		return fmt.Sprint(r.Employees)
	case FieldIndustry:
		return r.Industry
	}
	return ""
}

// domainText is the domain of an e-mail address, "@acme.com"; a web site stays as it is.
func domainText(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return address[at:]
	}
	return address
}

func memberText(f Field, level uint8, m *Member) string {
	switch f {
	case FieldFirst:
		return m.FirstName
	case FieldLast:
		return m.LastName
	case FieldMailName:
		return join(" ", m.FirstName, m.LastName)
	case FieldEmail:
		return m.Email
	case FieldPhone:
		return normal.PhoneDisplay(m.Phone, m.Country)
	case FieldStreet:
		return m.Street
	case FieldArea:
		return join(", ", m.PostalCode, m.City, m.State, m.Country)
	case FieldDomain:
		return cmp.Or(m.Company, m.Email)
	case FieldOrg:
		if level == orgPast {
			return pastText(m)
		}
		return m.Company
	case FieldTitle:
		return m.Title
	case FieldWeb:
		return cmp.Or(m.Website, m.Email)
	case FieldSize:
		return fmt.Sprint(m.Employees)
	case FieldIndustry:
		return m.Industry
	}
	return ""
}

func pastText(m *Member) string {
	var list []string
	for _, p := range m.Positions {
		if !p.Current && !slices.Contains(list, p.Company) && len(list) < 3 {
			list = append(list, p.Company)
		}
	}
	return strings.Join(list, ", ")
}

func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), sep)
}

// differs lists the fields on which two pieces of evidence are not at one level.
func differs(a, b Evidence) []string {
	var levels [fieldCount][2]int
	for k, e := range []Evidence{a, b} {
		for _, row := range e.Rows() {
			if row.Field < FieldGate {
				levels[row.Field][k] = int(row.Level) + 1
			}
		}
	}
	out := []string{}
	for f, l := range levels {
		if l[0] != l[1] {
			out = append(out, Field(f).String())
		}
	}
	return out
}

// Why is the explanation in one line: the heaviest evidence first.
func (x Explanation) Why() string {
	rows := slices.Clone(x.Rows)
	slices.SortStableFunc(rows, func(a, b ExplanationRow) int { return cmp.Compare(magnitude(b.Bits), magnitude(a.Bits)) })
	var parts []string
	for _, r := range rows[:min(4, len(rows))] {
		parts = append(parts, fmt.Sprintf("%s %s (%s)", strings.ToLower(r.Label), r.Level, r.Bits))
	}
	return strings.Join(parts, ", ")
}

func magnitude(b Bits) Bits { return max(b, -b) }

// bestOf says the first of so many candidates.
func bestOf(n int) string {
	if n == 1 {
		return "The only candidate"
	}
	return fmt.Sprintf("The best of %d candidates", n)
}

// WhyNot says in a sentence why a record has no member, "" if it has one.
func WhyNot(o Outcome) string {
	switch o.Reason {
	case NoCandidate:
		return "Nobody in the directory shares a name, address or company with this record."
	case TooLittle:
		return "The record holds too little to compare."
	case BelowThreshold:
		if len(o.Candidates) > 0 {
			return fmt.Sprintf("%s has a probability of %d %%, which is too low.", bestOf(len(o.Candidates)), int(100*o.Candidates[0].Probability))
		}
		return "The candidates are all very unlikely."
	case Tie:
		return "Two members fit equally well; a person must choose."
	case LostOneToOne:
		return fmt.Sprintf("The best candidate fits another record better (%s).", o.DuplicateOf)
	case DuplicateOf:
		return fmt.Sprintf("Duplicate of %s, which holds the member.", o.DuplicateOf)
	case Excluded:
		return "The record takes no part in matching."
	case RejectedByHand:
		return "A person decided that this is not the member, or that there is none."
	case Suspended:
		return "A person chose a member who is no longer in the directory."
	case Collision:
		return fmt.Sprintf("A newer decision gave the chosen member to %s.", o.DuplicateOf)
	}
	return ""
}
