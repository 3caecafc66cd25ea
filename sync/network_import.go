package sync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/network"
)

// NetworkRequest says what to read of the network's side, and whose it is.
type NetworkRequest struct {
	Files   []string         // paths
	Sources []network.Source // read after Files; for what is not a file of this machine
	Input   io.Reader        `json:"-"` // what the file "-" stands for; nil = no file has that meaning
	Seat    string           // e-mail address or id of the seat the files belong to (decision 23)
	As      string           // kind of the files; "" or "auto" = told by content
	Consent string           // on what ground they are read, kept with each file; "" = what the kind of file says
	Map     string           // file that names the columns of people and companies; "" = guessed from the header
}

// NetworkFile is what one file gave.
type NetworkFile struct {
	Name      string              `json:"name"`
	Kind      string              `json:"kind"`
	Rows      int                 `json:"rows"`
	Skipped   map[string]int      `json:"skipped,omitempty"`    // rows that are nothing to us, by reason
	SkippedAt map[string][]string `json:"skipped_at,omitempty"` // where the first of each stand: "line 5"
}

// NetworkReport is what an import of network files did.
type NetworkReport struct {
	Seat        string        `json:"seat"` // e-mail address
	SeatAdded   bool          `json:"seat_added"`
	Files       []NetworkFile `json:"files"`
	People      int           `json:"people"` // named in the files
	NewPeople   int           `json:"people_changed"`
	Companies   int           `json:"companies"`
	NewCompany  int           `json:"companies_changed"`
	Connections int           `json:"connections"`
	Activities  int           `json:"activities"`     // named in the files
	NewActivity int           `json:"activities_new"` // not known before
	Queued      int           `json:"queued"`
	Held        int           `json:"held"`
	Erased      int           `json:"erased,omitempty"` // rows left out: they name somebody who was erased
	Event       string        `json:"event"`            // audit event
}

// ImportNetwork reads network files into the store: people, companies, positions, connections of the seat,
// and its activities, each with its source. The files are proven good before anything is written, and all of them
// are written in one transaction: nothing is half imported, and reading the same file again changes nothing.
// Errors about a file name it and the line (codes network.…).
func (e *Engine) ImportNetwork(ctx context.Context, actor Actor, request NetworkRequest) (NetworkReport, error) {
	if err := Allowed(actor, ActNetworkImport); err != nil {
		return NetworkReport{}, err
	}
	seat, added, err := e.seatFor(ctx, actor, request.Seat)
	if err != nil {
		return NetworkReport{}, err
	}
	files, err := openNetwork(ctx, request, seat)
	if err != nil {
		return NetworkReport{}, err
	}
	book, err := e.loadGates(ctx)
	if err != nil {
		return NetworkReport{}, err
	}
	book.know(seat)
	var into *networkImport
	if err := e.room(); err != nil {
		return NetworkReport{}, err
	}
	event, err := e.changeBy(ctx, e.store.WriteMuch, actor, ActNetworkImport, func(tx *store.Tx) (changed, error) {
		into = newNetworkImport(tx, seat, book, e.now().UTC())
		into.report.SeatAdded, into.consent = added, request.Consent
		if err := into.run(ctx, actor, files, added); err != nil {
			return changed{}, err
		}
		return changed{Subject: "seat " + seat.ID, After: into.report}, nil
	})
	if err != nil {
		return NetworkReport{}, err
	}
	into.report.Event = event
	e.publish(Event{Kind: EventOutbox, Done: int64(into.report.NewActivity), Text: "network files were read"})
	return into.report, nil
}

// networkFile is a file that was proven good.
type networkFile struct {
	reader *network.Reader
	name   string
	sum    string
	size   network.Summary
}

// openNetwork opens and checks every file. Connections come before messages, since they tell an InMail from a message.
func openNetwork(ctx context.Context, request NetworkRequest, seat store.Seat) ([]networkFile, error) {
	sources := slices.Clone(request.Sources)
	for i, name := range request.Files {
		source := network.File(name)
		if name == "-" && request.Input != nil {
			var err error
			if source, err = inputSource(request.Input); err != nil {
				return nil, err
			}
		}
		sources = slices.Insert(sources, i, source)
	}
	if len(sources) == 0 {
		return nil, fault("network.no_file", "Name a file: crmsync network import Connections.csv --seat EMAIL.", "no file was named")
	}
	options := network.Options{Seat: seat.Email, Own: seat.ProfileURL}
	var err error
	if request.As != "" {
		if options.Kind, err = network.ParseKind(request.As); err != nil {
			return nil, err
		}
	}
	if request.Map != "" {
		if options.Mapping, err = network.ReadMapping(network.File(request.Map)); err != nil {
			return nil, err
		}
	}
	files := make([]networkFile, 0, len(sources))
	for _, source := range sources {
		file, err := openOne(ctx, source, options)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	slices.SortStableFunc(files, func(a, b networkFile) int { return kindOrder(a.reader.Kind()) - kindOrder(b.reader.Kind()) })
	return files, nil
}

// inputMost is how many bytes standard input may have: it is kept in memory, since a file is read more than once.
const inputMost = 256 << 20

// inputSource reads what came on standard input.
func inputSource(input io.Reader) (network.Source, error) {
	data, err := io.ReadAll(io.LimitReader(input, inputMost+1))
	if err != nil {
		return nil, fault("network.input", "Name a file instead.", "standard input could not be read: %w", err)
	}
	if len(data) > inputMost {
		return nil, fault("network.input", "Put it into a file and name that.", "standard input has more than %d MiB", inputMost>>20)
	}
	return network.Bytes("standard input", data), nil
}

func openOne(ctx context.Context, source network.Source, options network.Options) (networkFile, error) {
	reader, err := network.Open(ctx, source, options)
	if err != nil {
		return networkFile{}, err
	}
	size, err := reader.Check(ctx)
	if err != nil {
		return networkFile{}, err
	}
	sum, err := fileSum(source)
	if err != nil {
		return networkFile{}, err
	}
	return networkFile{reader: reader, name: source.Name(), sum: sum, size: size}, nil
}

func fileSum(source network.Source) (string, error) {
	in, err := source.Open()
	if err != nil {
		return "", fmt.Errorf("read %s: %w", source.Name(), err)
	}
	defer in.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, in); err != nil {
		return "", fmt.Errorf("read %s: %w", source.Name(), err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// kindOrder puts what others refer to first.
func kindOrder(kind network.Kind) int {
	order := []network.Kind{network.KindCompanies, network.KindPeople, network.KindConnections, network.KindArchive,
		network.KindInvitations, network.KindMessages, network.KindActivities}
	if at := slices.Index(order, kind); at >= 0 {
		return at
	}
	return len(order)
}

// seatFor finds the seat that a request names, or makes it from an e-mail address. Members read files for their own seat alone.
func (e *Engine) seatFor(ctx context.Context, actor Actor, named string) (seat store.Seat, added bool, err error) {
	if named == "" {
		named = actor.Seat
	}
	if named == "" {
		return store.Seat{}, false, fault("network.seat", "Say whose files they are: --seat EMAIL.", "the files' seat is not named")
	}
	seat, err = e.store.SeatByEmail(ctx, named)
	if errors.Is(err, store.ErrNotFound) {
		seat, err = e.store.Seat(ctx, named)
	}
	switch {
	case err == nil && actor.Role == RoleMember && seat.ID != actor.Seat:
		return store.Seat{}, false, fault("act.not_allowed", "Leave --seat out to read them for yourself.",
			"a member reads network files for their own seat alone, not for %s", seat.Email)
	case err == nil:
		return seat, false, nil
	case !errors.Is(err, store.ErrNotFound):
		return store.Seat{}, false, fmt.Errorf("read seat %s: %w", named, err)
	}
	if actor.Role != RoleAdmin {
		return store.Seat{}, false, fault("seat.not_found", "An admin adds it: crmsync users.", "there is no seat %s", named)
	}
	seat, err = e.newSeat(ctx, named)
	return seat, true, err
}

// newSeat is a seat for an e-mail address, mapped to the CRM user who has it when there is exactly one (S119).
func (e *Engine) newSeat(ctx context.Context, email string) (store.Seat, error) {
	address, ok := mailAddress(email)
	if !ok {
		return store.Seat{}, fault("network.seat", "Give the member's e-mail address: --seat ana@example.com.",
			"there is no seat %q, and it is no e-mail address to make one from", email)
	}
	seat := store.Seat{ID: store.NewID(), Email: address, Name: address, MayAutosave: true, MayWriteback: true, AddedAt: e.now().UTC()}
	users, err := e.store.UsersByEmail(ctx, address)
	if err != nil {
		return store.Seat{}, fmt.Errorf("look for the CRM user of %s: %w", address, err)
	}
	users = slices.DeleteFunc(users, func(user store.Record) bool { return user.Get("IsActive") != "true" || user.Deleted })
	if len(users) != 1 {
		return seat, nil
	}
	seat.Name = users[0].Get("Name")
	taken, err := e.userIsTaken(ctx, users[0].ID)
	if err != nil || taken {
		return seat, err
	}
	seat.UserID, seat.Mapping = users[0].ID, "email"
	return seat, nil
}

func (e *Engine) userIsTaken(ctx context.Context, userID string) (bool, error) {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return false, fmt.Errorf("read the seats: %w", err)
	}
	return slices.ContainsFunc(seats, func(seat store.Seat) bool { return seat.UserID == userID }), nil
}

// know lets the gates of a seat that is being made be asked in the transaction that makes it.
func (b *gateBook) know(seat store.Seat) {
	if _, ok := b.seats[seat.ID]; !ok {
		b.people[seat.ID] = seat
		b.seats[seat.ID] = seatGates{Synced: seat.UserID != "", Allowed: seat.MayWriteback, OptedIn: map[Kind]time.Time{}}
	}
}
