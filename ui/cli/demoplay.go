package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"crmsync/assets/world"
	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/sync/salesforce/orgsim"
)

// demoSeed makes the demo's world: the same people every time.
const demoSeed = 20261124

// demoPlay is a demo under way: its store, its org and its invented people.
type demoPlay struct {
	session *session
	org     *orgsim.Org
	world   *world.World
	dir     string

	admin, member crmsync.Actor // invented people
}

// makeDemo starts the org and opens an empty store beside it.
func (a *app) makeDemo(ctx context.Context, dir string, contacts int) (*demoPlay, error) {
	demo := &demoOrg{Seed: demoSeed, Contacts: contacts, Began: time.Now().UnixMilli()}
	org, stop, err := demo.start(ctx, dir)
	if err != nil {
		return nil, err
	}
	s := &session{demo: demo, ends: []func() error{stop}}
	p := &demoPlay{session: s, org: org, dir: dir, world: world.New(demo.Seed, contacts, world.Anchor(time.UnixMilli(demo.Began)))}
	if err := s.openStore(ctx, demoStore(dir)); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.actor, err = a.actor(ctx, s); err != nil {
		return nil, errors.Join(err, s.close())
	}
	for i := range p.world.Counts().Seats {
		demo.People = append(demo.People, p.world.Seat(i).Email)
	}
	if err := demo.write(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("keeping what the demo is: %w", err), s.close())
	}
	return p, nil
}

// run does the whole main job once, as a person would do it, and reports what came of it.
func (p *demoPlay) run(ctx context.Context) (demoSummary, error) {
	if err := p.signIn(ctx); err != nil {
		return demoSummary{}, fmt.Errorf("sign-in: %w", err)
	}
	if err := p.readNetwork(ctx); err != nil {
		return demoSummary{}, fmt.Errorf("network: %w", err)
	}
	calls, err := p.session.syncOnce(ctx)
	if err != nil {
		return demoSummary{}, err
	}
	if err := p.invite(ctx); err != nil {
		return demoSummary{}, fmt.Errorf("people: %w", err)
	}
	if err := p.writeFirst(ctx); err != nil {
		return demoSummary{}, fmt.Errorf("first note and message: %w", err)
	}
	more, err := p.session.writeOnce(ctx)
	if err != nil {
		return demoSummary{}, err
	}
	return p.session.summary(ctx, calls+more)
}

// again imports and writes once more in a demo that was made before.
func (s *session) again(ctx context.Context) (demoSummary, error) {
	calls, err := s.syncOnce(ctx)
	if err != nil {
		return demoSummary{}, err
	}
	more, err := s.writeOnce(ctx)
	if err != nil {
		return demoSummary{}, err
	}
	return s.summary(ctx, calls+more)
}

// syncOnce imports, matches and saves as the command import would, so that the schedule knows of it.
func (s *session) syncOnce(ctx context.Context) (calls int64, err error) {
	outcome, err := s.engine.Request(ctx, s.actor, crmsync.JobImport, crmsync.ImportOptions{}, true)
	if err != nil {
		return 0, fmt.Errorf("sync: %w", err)
	}
	report, _ := outcome.Report.(crmsync.SyncReport)
	return report.Import.APICalls, nil
}

func (s *session) writeOnce(ctx context.Context) (calls int64, err error) {
	report, err := s.engine.WritebackCycle(ctx, s.actor)
	if err != nil {
		return 0, fmt.Errorf("writeback: %w", err)
	}
	return report.APICalls, nil
}

// signIn does what an admin's browser does: it opens the address, and follows the redirect up to the
// callback, which it hands over instead of calling it.
func (p *demoPlay) signIn(ctx context.Context) error {
	credentials, err := p.org.Credentials(p.session.demo.URL())
	if err != nil {
		return err
	}
	pending, err := p.session.engine.BeginSignIn(ctx, p.session.actor, crmsync.SignIn{
		LoginHost: p.session.demo.URL(), ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret,
	})
	if err != nil {
		return err
	}
	defer pending.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, pending.URL, nil)
	if err != nil {
		return err
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	address := response.Header.Get("Location")
	if address == "" {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return fmt.Errorf("the org answered %s without a redirect: %s", response.Status, body)
	}
	_, err = pending.Paste(ctx, address)
	return err
}

// readNetwork writes the sample files beside the store, where a curious person finds them, and reads them
// as anybody's files are read.
func (p *demoPlay) readNetwork(ctx context.Context) error {
	shared := []string{"companies.csv", "people.csv"}
	for i := range p.world.Counts().Seats {
		seat := p.world.Seat(i)
		if _, _, err := p.session.engine.AddSeat(ctx, p.session.actor, crmsync.NewSeat{Email: seat.Email, Name: seat.Name, ProfileURL: seat.ProfileURL}); err != nil {
			return err
		}
		names := append(shared, seat.Email+"/Connections.csv", seat.Email+"/messages.csv")
		files, err := p.writeSamples(names)
		if err != nil {
			return fmt.Errorf("writing the sample files: %w", err)
		}
		if _, err := p.session.engine.ImportNetwork(ctx, p.session.actor, crmsync.NetworkRequest{Files: files, Seat: seat.Email, As: "auto"}); err != nil {
			return err
		}
		shared = nil // read once
	}
	return nil
}

// writeSamples writes files of the invented network and returns their paths.
func (p *demoPlay) writeSamples(names []string) ([]string, error) {
	var paths []string
	for _, name := range names {
		text, err := fs.ReadFile(p.world.Files(), name)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(p.dir, "network", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// invite adds the demo's people as console users: the first seat holder as the invented admin, the others
// as members, each with their own seat.
func (p *demoPlay) invite(ctx context.Context) error {
	for i := range p.world.Counts().Seats {
		seat := p.world.Seat(i)
		role := crmsync.RoleMember
		if i == 0 {
			role = crmsync.RoleAdmin
		}
		name := strings.ToLower(strings.SplitN(seat.Email, "@", 2)[0])
		if _, err := p.session.engine.AddUser(ctx, p.session.actor, crmsync.NewUser{Name: name, Email: seat.Email, Role: role, Seat: seat.Email}); err != nil {
			return err
		}
		kept, err := p.session.store.SeatByEmail(ctx, seat.Email)
		if err != nil {
			return fmt.Errorf("seat of %s: %w", seat.Email, err)
		}
		actor := crmsync.Actor{Name: name, Role: role, Seat: kept.ID, Via: "demo"}
		if i == 0 {
			p.admin = actor
		} else if p.member.Name == "" {
			p.member = actor
		}
	}
	return nil
}

// writeFirst turns writeback on as the admin, opts in as a member, and gives a first note and a first
// message to write. Every gate is passed as a person would pass it.
func (p *demoPlay) writeFirst(ctx context.Context) error {
	engine := p.session.engine
	if _, err := engine.SetContractSwitch(ctx, p.admin, true); err != nil {
		return err
	}
	message, err := p.matchedMessage(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []crmsync.Kind{crmsync.KindNote, crmsync.KindMessage} {
		if _, err := engine.SetKindSwitch(ctx, p.admin, kind, true); err != nil {
			return err
		}
		if _, err := engine.OptIn(ctx, p.member, kind, true); err != nil {
			return err
		}
	}
	if _, err := engine.AddActivity(ctx, p.member, crmsync.NewActivity{
		Kind: crmsync.KindNote, With: message.PersonID, At: p.session.store.Now(),
		Subject: "First call went well", Body: "Asked for a quote by the end of the month.\nPrefers e-mail.",
	}); err != nil {
		return err
	}
	// The message was sent before the opt-in, so it waits until its member lets it go.
	_, err = engine.ReleaseActivity(ctx, p.member, message.ID)
	return err
}

// matchedMessage returns the newest message of the member to a person who is linked to a record.
func (p *demoPlay) matchedMessage(ctx context.Context) (store.Activity, error) {
	q := store.ActivityQuery{SeatID: p.member.Seat}
	for {
		page, err := p.session.store.Activities(ctx, q)
		if err != nil {
			return store.Activity{}, err
		}
		for _, activity := range page.Rows {
			if activity.Kind != string(crmsync.KindMessage) {
				continue
			}
			if _, err := p.session.store.MatchOfMember(ctx, activity.PersonID); err == nil {
				return activity, nil
			} else if !errors.Is(err, store.ErrNotFound) {
				return store.Activity{}, err
			}
		}
		if !page.More {
			return store.Activity{}, &failure{code: "demo.no_message", message: "no message of the sample is to a matched person"}
		}
		q.After = page.Next
	}
}

// summary counts what the store holds.
func (s *session) summary(ctx context.Context, calls int64) (demoSummary, error) {
	sum := demoSummary{Import: map[string]demoObject{}, APICalls: calls}
	for _, name := range objectNames() {
		n, err := s.store.CountRecords(ctx, name)
		if err != nil {
			return sum, err
		}
		sum.Import[name] = demoObject{Records: n}
	}
	matches, err := s.store.CountMatches(ctx)
	if err != nil {
		return sum, err
	}
	sum.Match.People.add(matches["Lead"])
	sum.Match.People.add(matches["Contact"])
	sum.Match.Companies.add(matches["Account"])
	outbox, err := s.store.CountOutbox(ctx)
	if err != nil {
		return sum, err
	}
	sum.Writeback = demoWriteback{Written: outbox[store.OutboxWritten] + outbox[store.OutboxUnassigned], Failed: outbox[store.OutboxFailed]}
	sum.Saves, err = s.store.CountSaves(ctx)
	return sum, err
}

// add counts an object's records: what people accepted or chose is linked as well, and what they rejected
// is without a member.
func (o *demoOutcomes) add(counts map[store.MatchState]int64) {
	for state, n := range counts {
		o.Records += n
		switch {
		case state.Live():
			o.Auto += n
		case state == store.MatchReview:
			o.Review += n
		default:
			o.None += n
		}
	}
}
