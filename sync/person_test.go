package sync

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/network"
	"crmsync/sync/salesforce/orgsim"
)

// One person's dossier has what hangs on them, with texts opened; erasing leaves nothing of it in any file, keeps
// the fact alone, and no later import of the same files brings the person back.
func TestPerson_shownAndErasedForGood(t *testing.T) {
	w := writers(t, orgsim.Config{})
	activity := w.add(KindNote, "likes sailing")
	w.cycle()
	item := w.wants(activity, store.OutboxWritten)
	person, err := w.store.Person(t.Context(), w.linked.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	w.harness.must(w.engine.Accept(t.Context(), w.admin, w.linked.RecordID, ""))
	dossier := w.dossier(person.ID)
	if dossier.Source == nil || len(dossier.Matches) == 0 || len(dossier.Records) == 0 || len(dossier.Decisions) != 1 || len(dossier.Audit) == 0 {
		t.Errorf("dossier %+v", dossier)
	}
	if !slices.ContainsFunc(dossier.Activities, func(a PersonActivity) bool { return a.ID == activity && a.Body == "likes sailing" && a.Outbox != nil }) {
		t.Errorf("activities %+v", dossier.Activities)
	}
	if len(dossier.Written) != 1 || dossier.Written[0].ID != item.SalesforceID {
		t.Errorf("written %+v", dossier.Written)
	}
	if byRecord := w.dossier(w.linked.RecordID); byRecord.Person.ID != person.ID {
		t.Errorf("by record: %s", byRecord.Person.ID)
	}
	_, err = w.engine.ErasePerson(t.Context(), w.admin, person.ID, "somebody")
	w.code(err, "usage.person_name")
	_, err = w.engine.ErasePerson(t.Context(), w.member, person.ID, person.Name)
	w.code(err, "act.not_allowed")
	receipt, err := w.engine.ErasePerson(t.Context(), w.admin, person.ID, person.Name)
	if err != nil {
		t.Fatal(err)
	}
	if receipt.FilesHolding != 0 || receipt.FilesRead == 0 || receipt.Removed["person"] != 1 || receipt.Removed["activity"] == 0 || len(receipt.InCRM) != 1 {
		t.Errorf("receipt %+v", receipt)
	}
	w.erased(person, receipt)
	files := worldOf(w.harness).Files()
	again, err := w.engine.ImportNetwork(t.Context(), w.admin, NetworkRequest{Seat: w.seat.Email, Sources: sampleSources(t, files, w.seat.Email)})
	if err != nil || again.Erased == 0 {
		t.Errorf("the same files again: %+v, %v", again, err)
	}
	w.erased(person, receipt)
	if _, err := w.engine.Match(t.Context(), w.admin, MatchOptions{Full: true}); err != nil {
		t.Fatal(err)
	}
	w.erased(person, receipt)
}

func (w *writer) dossier(who string) PersonDossier {
	w.t.Helper()
	dossier, err := w.engine.Person(w.t.Context(), w.admin, who)
	if err != nil {
		w.t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	return dossier
}

// erased checks that nothing tells of a person any more.
func (w *writer) erased(person store.Person, receipt ErasureReceipt) {
	w.t.Helper()
	if _, err := w.store.PersonByIdent(w.t.Context(), person.Ident); !errors.Is(err, store.ErrNotFound) {
		w.t.Errorf("the person is there: %v", err)
	}
	row, err := w.store.Match(w.t.Context(), w.linked.RecordID)
	if err != nil || row.MemberID == person.ID || strings.Contains(string(row.Candidates), person.ID) {
		w.t.Errorf("the record still has them: %+v, %v", row, err)
	}
	event, err := w.store.AuditEvent(w.t.Context(), receipt.AuditID)
	if err != nil || event.Act != string(ActPersonErase) {
		w.t.Errorf("the fact is gone: %+v, %v", event, err)
	}
	about, err := w.store.AuditAbout(w.t.Context(), []string{person.ID}, quotedOf(person))
	if err != nil || len(about) > 0 {
		w.t.Errorf("the trail still tells of them: %+v, %v", about, err)
	}
	counts, err := w.store.CountOutbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for state, n := range counts {
		rows, err := w.store.OutboxByState(w.t.Context(), state, "", 10_000)
		if err != nil || int64(len(rows)) != n {
			w.t.Errorf("%d items are %s, but %d are counted (%v)", len(rows), state, n, err)
		}
	}
}

// Nothing of an erased person stays in the bytes of the store, and the registry of sources says where the rest is
// from and on what ground.
func TestPerson_noByteStays(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 20})
	const people = "Full Name,Email,LinkedIn URL,Company\nZebulon Quartermaine,zeb@quartermaine.test,https://www.linkedin.com/in/zebulon-q,Quartermaine Mills\n"
	if _, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "ana@example.com", Consent: "contract 7", Sources: []network.Source{network.Bytes("people.csv", []byte(people))}}); err != nil {
		t.Fatal(err)
	}
	sources, err := h.engine.NetworkSources(t.Context())
	if err != nil || sources[0].Ground != "contract 7" || sources[0].Kept.People != 1 {
		t.Errorf("%+v, %v", sources[0], err)
	}
	if !h.inFiles("Quartermaine") {
		t.Fatal("the needle was not there before: the test would prove nothing")
	}
	if _, err := h.engine.ErasePerson(t.Context(), h.admin, "ZEB@quartermaine.test", "Zebulon Quartermaine"); err != nil {
		t.Fatal(err)
	}
	for _, needle := range []string{"Zebulon", "zeb@", "zebulon-q"} {
		if h.inFiles(needle) {
			t.Errorf("%q stands in a file", needle)
		}
	}
	// Under another address of the same profile, or with the e-mail alone, it is the same person.
	for _, row := range []string{"Zeb Q,,https://linkedin.com/in/zebulon-q/,Elsewhere", "Z Quartermaine,Zeb@Quartermaine.test,,Elsewhere"} {
		report, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "ana@example.com",
			Sources: []network.Source{network.Bytes("people.csv", []byte("Full Name,Email,LinkedIn URL,Company\n"+row+"\n"))}})
		if err != nil || report.Erased != 1 || report.NewPeople != 0 {
			t.Errorf("%s: %+v, %v", row, report, err)
		}
	}
}

func (h *harness) inFiles(needle string) bool {
	h.t.Helper()
	_, found, err := h.store.FindInFiles([]string{needle})
	if err != nil {
		h.t.Fatal(err)
	}
	return found > 0
}

func TestPersonDossierIsJSON(t *testing.T) {
	text, err := json.Marshal(PersonDossier{Activities: []PersonActivity{{Activity: store.Activity{ID: "a", Body: "hello"}}}})
	if err != nil || !strings.Contains(string(text), `"body":"hello"`) {
		t.Errorf("%s, %v", text, err)
	}
}
