package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	crmsync "crmsync/sync"
	"crmsync/sync/salesforce"
)

// pasting takes one address and no other.
type pasting string

func (p pasting) Paste(_ context.Context, address string) (crmsync.ConnectReport, error) {
	if address != string(p) {
		return crmsync.ConnectReport{}, salesforce.ErrRedirect
	}
	return crmsync.ConnectReport{Organization: "Acme"}, nil
}

// An address that is not of this sign-in can be pasted again; one that nothing follows is an error, not a silence.
func TestPastingAgain(t *testing.T) {
	for typed, want := range map[string]struct {
		pasted, good bool
	}{
		"":                       {false, false},
		"\n\n":                   {false, false},
		"wrong\n":                {true, false},
		"wrong\nright\n":         {true, true},
		"wrong\n\nwrong\nright":  {true, true},
		"right\nwrong\n":         {true, true},
		" right \nnever read it": {true, true},
	} {
		var told bytes.Buffer
		a := &app{stdin: strings.NewReader(typed), stderr: &told}
		end, pasted := a.readPasted(t.Context(), pasting("right"))
		if pasted != want.pasted || pasted && (end.err == nil) != want.good || want.good && end.report.Organization != "Acme" {
			t.Errorf("%q: %+v %v", typed, end, pasted)
		}
		if wrong := strings.Count(strings.SplitN(typed, "right", 2)[0], "wrong"); strings.Count(told.String(), "does not belong") != wrong {
			t.Errorf("%q tells %q", typed, told.String())
		}
	}
}
