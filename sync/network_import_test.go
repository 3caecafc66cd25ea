package sync

import (
	"io/fs"
	"strings"
	"testing"

	"crmsync/assets/world"
	"crmsync/store"
	"crmsync/sync/network"
	"crmsync/sync/salesforce/orgsim"
)

// worldOf is the world that the harness's org is made of.
func worldOf(h *harness) *world.World {
	return world.New(h.config.Seed, h.config.Contacts, world.Anchor(h.clock.Now()))
}

// sampleSources are the network files of one seat of the invented world.
func sampleSources(t testing.TB, files fs.FS, email string) []network.Source {
	t.Helper()
	return []network.Source{network.FS(files, "companies.csv"), network.FS(files, "people.csv"),
		network.FS(files, email+"/messages.csv"), network.FS(files, email+"/Connections.csv")}
}

// peopled is a harness with imported objects and the network of one seat.
func peopled(t testing.TB, config orgsim.Config) (*harness, store.Seat) {
	t.Helper()
	h := connected(t, config)
	h.imports(ImportOptions{})
	w := worldOf(h)
	email := w.Seat(0).Email
	if _, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: email, Sources: sampleSources(t, w.Files(), email)}); err != nil {
		t.Fatalf("network import: %v (%s)", err, CodeOf(err))
	}
	seat, err := h.store.SeatByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return h, seat
}

// member is the seat's own actor.
func memberOf(seat store.Seat) Actor {
	return Actor{Name: seat.Name, Role: RoleMember, Seat: seat.ID, Via: "test"}
}

func TestNetworkImportIsIdempotent(t *testing.T) {
	h, seat := peopled(t, orgsim.Config{Contacts: 60})
	w := worldOf(h)
	again, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: seat.Email, Sources: sampleSources(t, w.Files(), seat.Email)})
	if err != nil {
		t.Fatal(err)
	}
	if again.People == 0 || again.Activities == 0 || again.Connections == 0 || again.Companies == 0 {
		t.Fatalf("the sample says nothing: %+v", again)
	}
	if again.NewPeople != 0 || again.NewCompany != 0 || again.NewActivity != 0 || again.SeatAdded {
		t.Errorf("reading the same files again changed something: %+v", again)
	}
	if seat.UserID == "" || seat.Mapping != "email" {
		t.Errorf("the seat is not mapped to its CRM user (S119): %+v", seat)
	}
}

func TestNetworkImportKeepsNothingOfABadFile(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	good := "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nMax,Mustermann,https://www.linkedin.com/in/max,,ACME GmbH,CTO,05 Mar 2024\n"
	bad := good + "Eva,Mustermann,https://www.linkedin.com/in/eva,,\"ACME,CTO,06 Mar 2024\n"
	_, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "ana@example.com",
		Sources: []network.Source{network.Bytes("good.csv", []byte(good)), network.Bytes("bad.csv", []byte(bad))}})
	if err == nil || !strings.HasPrefix(CodeOf(err), "network.") || !strings.Contains(err.Error(), "bad.csv") {
		t.Fatalf("got %v (%s)", err, CodeOf(err))
	}
	for person, err := range h.store.EachPerson(t.Context(), "") {
		t.Fatalf("half imported: %+v %v", person, err)
	}
	if seats, err := h.store.Seats(t.Context()); err != nil || len(seats) != 0 {
		t.Fatalf("a seat was made: %v %v", seats, err)
	}
}

func TestNetworkImportSeat_Decision23(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	file := network.Bytes("Connections.csv", []byte("First Name,Last Name,URL,Email Address,Company,Position,Connected On\nMax,Mustermann,,,ACME,CTO,05 Mar 2024\n"))
	_, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Sources: []network.Source{file}})
	h.code(err, "network.seat")
	_, err = h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "no address", Sources: []network.Source{file}})
	h.code(err, "network.seat")
	report, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "Ana@Example.com", Sources: []network.Source{file}})
	if err != nil || !report.SeatAdded || report.Seat != "ana@example.com" {
		t.Fatalf("%+v %v", report, err)
	}
	seat, err := h.store.SeatByEmail(t.Context(), "ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	other := Actor{Name: "bea", Role: RoleMember, Seat: "another"}
	_, err = h.engine.ImportNetwork(t.Context(), other, NetworkRequest{Seat: seat.Email, Sources: []network.Source{file}})
	h.code(err, "act.not_allowed")
	if _, err := h.engine.ImportNetwork(t.Context(), memberOf(seat), NetworkRequest{Sources: []network.Source{file}}); err != nil {
		t.Fatalf("a member reads for themselves: %v", err)
	}
}

func TestReceivedMessagesAreNoActivities_Decision23(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	const head = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
	own, max, eva := "https://www.linkedin.com/in/ana", "https://www.linkedin.com/in/max", "https://www.linkedin.com/in/eva"
	messages := head +
		"1,,Ana," + own + ",Max," + max + ",2025-01-02 10:00:00 UTC,,hello Max,INBOX\n" +
		"1,,Ana," + own + ",Max," + max + ",2026-01-02 10:00:00 UTC,,hello again,INBOX\n" +
		"1,,Max," + max + ",Ana," + own + ",2026-01-02 11:00:00 UTC,,hello Ana,INBOX\n" +
		"2,,Ana," + own + ",\"Max, Eva\",\"" + max + "," + eva + "\",2026-02-02 11:00:00 UTC,,both of you,INBOX\n"
	connections := "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nMax,M," + max + ",,ACME,CTO,05 Mar 2025\n"
	// Messages are read before the connections that tell InMail from message, in a request of their own.
	for _, file := range []network.Source{network.Bytes("messages.csv", []byte(messages)), network.Bytes("Connections.csv", []byte(connections))} {
		if _, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "ana@example.com", Sources: []network.Source{file}}); err != nil {
			t.Fatalf("%v (%s)", err, CodeOf(err))
		}
	}
	seat, err := h.store.SeatByEmail(t.Context(), "ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	page, err := h.store.Activities(t.Context(), store.ActivityQuery{SeatID: seat.ID, PageQuery: store.PageQuery{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, activity := range page.Rows {
		kinds[activity.Kind]++
	}
	// To Max before the connection: InMail; after it: message; to both: a message to Max and an InMail to Eva.
	if kinds["message"] != 2 || kinds["inmail"] != 2 || len(page.Rows) != 4 {
		t.Errorf("got %v of %d", kinds, len(page.Rows))
	}
	if counts, err := h.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxHeld] != 4 {
		t.Errorf("held: %v %v", counts, err)
	}
}
