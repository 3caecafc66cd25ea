package sync

import (
	"testing"
	"time"
)

// open returns gates that let everything through.
func openGates(kind Kind) (orgGates, seatGates, activityGates) {
	return orgGates{Connected: true, Package: true, Contract: true, KindOn: map[Kind]bool{kind: true}, Offered: map[Kind]bool{kind: true}},
		seatGates{Synced: true, Allowed: true, OptedIn: map[Kind]time.Time{kind: noon}},
		activityGates{Kind: kind, OccurredAt: noon.Add(time.Hour)}
}

func TestGatesInOrder_S23_S34_S76(t *testing.T) {
	closings := []struct {
		close func(*orgGates, *seatGates, *activityGates)
		want  Hold
	}{
		{func(o *orgGates, _ *seatGates, _ *activityGates) { o.Connected = false }, HoldConnection},
		{func(o *orgGates, _ *seatGates, _ *activityGates) { o.Package = false }, HoldPackage},
		{func(o *orgGates, _ *seatGates, _ *activityGates) { o.Contract = false }, HoldContract},
		{func(o *orgGates, _ *seatGates, _ *activityGates) { o.KindOn = nil }, HoldKind},
		{func(o *orgGates, _ *seatGates, _ *activityGates) { o.Offered = nil }, HoldRecordType},
		{func(_ *orgGates, s *seatGates, _ *activityGates) { s.Synced = false }, HoldSeat},
		{func(_ *orgGates, s *seatGates, _ *activityGates) { s.Allowed = false }, HoldSeatAllowed},
		{func(_ *orgGates, s *seatGates, _ *activityGates) { s.OptedIn = nil }, HoldOptIn},
		{func(_ *orgGates, _ *seatGates, a *activityGates) { a.OccurredAt = noon.Add(-time.Second) }, HoldBefore},
		{func(_ *orgGates, _ *seatGates, a *activityGates) { a.HeldByHand = true }, HoldByHand},
	}
	for _, kind := range Kinds() {
		org, seat, activity := openGates(kind)
		if hold, closed := firstClosed(org, seat, activity); closed {
			t.Fatalf("%s is held by %s with every gate open", kind, hold.Code)
		}
		for i := range closings { // every later gate is closed as well: the first must speak
			org, seat, activity := openGates(kind)
			for _, closing := range closings[i:] {
				closing.close(&org, &seat, &activity)
			}
			if hold, _ := firstClosed(org, seat, activity); hold != closings[i].want {
				t.Errorf("%s: held by %s, want %s", kind, hold.Code, closings[i].want.Code)
			}
		}
	}
}

func TestOptInBeginsWithTheNextActivity_S10(t *testing.T) {
	org, seat, activity := openGates(KindMessage)
	activity.OccurredAt = noon.Add(-time.Hour)
	if hold, _ := firstClosed(org, seat, activity); hold != HoldBefore {
		t.Fatalf("held by %q", hold.Code)
	}
	activity.Released = true
	if hold, closed := firstClosed(org, seat, activity); closed {
		t.Fatalf("released by the member, yet held by %q", hold.Code)
	}
	activity.OccurredAt, activity.Released = noon, false
	if hold, closed := firstClosed(org, seat, activity); closed {
		t.Fatalf("at the moment of the opt-in, yet held by %q", hold.Code)
	}
}

func TestEveryHoldSaysWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for _, hold := range Holds() {
		if hold.Text == "" || hold.Fix == "" || seen[hold.Code] {
			t.Errorf("%+v", hold)
		}
		seen[hold.Code] = true
		if found, ok := HoldByCode(hold.Code); !ok || found != hold {
			t.Errorf("%s is not found by its code", hold.Code)
		}
	}
}

func TestInMailOrMessage_S127(t *testing.T) {
	day := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name       string
		connection connectedSince
		sent       time.Time
		want       Kind
	}{
		{"not connected", connectedSince{}, noon, KindInMail},
		{"connected before", connectedSince{true, day}, day.AddDate(0, 1, 0), KindMessage},
		{"connected that day", connectedSince{true, day}, day.Add(8 * time.Hour), KindMessage},
		{"connected later", connectedSince{true, day}, day.Add(-time.Minute), KindInMail},
		{"connected, day unknown", connectedSince{true, time.Time{}}, day, KindMessage},
	}
	for _, test := range tests {
		if got := kindOfMessage(test.connection, test.sent); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
