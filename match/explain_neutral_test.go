package match

import "testing"

// A mail domain of which nothing is known is neutral, whatever its bits; one that another company's people use is not.
func TestExplainRowNeutral(t *testing.T) {
	rec, mem := &Record{Email: "ann@gmail.com"}, &Member{Company: "Acme"}
	for level, want := range map[uint8]bool{domainName: false, domainLearned: false, domainUnrelated: true, domainOther: false} {
		if got := explainRow(nil, EvidenceRow{Field: FieldDomain, Level: level}, missing, rec, mem); got.Neutral != want {
			t.Errorf("%s: neutral %v", got.Level, got.Neutral)
		}
	}
	if explainRow(nil, EvidenceRow{Field: FieldTitle, Level: domainUnrelated}, missing, rec, mem).Neutral {
		t.Error("the same level of another field is neutral")
	}
}
