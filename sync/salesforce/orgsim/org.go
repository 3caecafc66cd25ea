package orgsim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"crmsync/sync/salesforce/orgsim/login"
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// Org is one Salesforce org.
type Org struct {
	config   Config
	id       string       // 18 characters
	user     string       // id of the integration user
	insider  schema.Value // id of the user changes inside the org are made by
	instance string       // the two characters that tell its ids from those of another org
	schema   *schema.Schema
	records  *records.Set
	login    *login.Server
	usage    *usage
	faults   *faultSet
	zone     *time.Location
	journal  *journal

	names   sync.Once
	byName  map[string]uint64 // users by lower case username
	queries *queryCursors
	jobList *jobList
}

// Credentials are all a client needs to reach the org, in the words of the command line's first line.
type Credentials struct {
	InstanceURL  string `json:"instance_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Username     string `json:"username"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

// New makes an org, or opens the one kept in the data directory.
func New(config Config) (*Org, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	key, err := config.jwtKey()
	if err != nil {
		return nil, err
	}
	o := &Org{config: config, usage: &usage{max: config.DailyRequests}, queries: newQueryCursors(), jobList: newJobList()}
	o.faults = &faultSet{expire: o.expireSession}
	if err := o.faults.set(config.Scenarios); err != nil {
		return nil, err
	}
	if o.journal, err = openJournal(config.DataDir, o.identityOf(config)); err != nil {
		return nil, err
	}
	if err := o.build(key); err != nil {
		return nil, errors.Join(err, o.journal.close())
	}
	if err := o.journal.replay(o.replay); err != nil {
		return nil, errors.Join(err, o.journal.close())
	}
	return o, nil
}

// Close ends the org's writing to its data directory.
func (o *Org) Close() error { return errors.Join(o.saveUsage(1), o.journal.close()) }

// shutdownPatience is how long requests may go on after Serve was told to end.
const shutdownPatience = 2 * time.Second

// Serve answers requests on the listener until ctx ends, and then returns nil. The listener is closed.
func (o *Org) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: o.Handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(o.config.Log.Handler(), slog.LevelWarn),
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("the built-in org stopped serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		_ = server.Close() // a download still runs: cut it
	}
	<-served
	return nil
}

// Credentials logs the integration user in and returns what a client needs. Each call begins a new session; the org
// keeps five refresh tokens of a user.
func (o *Org) Credentials(baseURL string) (Credentials, error) {
	baseURL = strings.TrimSuffix(baseURL, "/")
	tokens, err := o.login.Grant(o.login.RunAs, baseURL)
	if err != nil {
		return Credentials{}, err
	}
	return Credentials{InstanceURL: baseURL, ClientID: o.login.ClientID, ClientSecret: o.login.ClientSecret, Username: o.login.RunAs,
		AccessToken: tokens.AccessToken, RefreshToken: tokens.RefreshToken}, nil
}

// expireSession ends the session a request was sent with.
func (o *Org) expireSession(r *http.Request) {
	if token, ok := login.Bearer(r.Header.Get("Authorization")); ok {
		o.login.Expire(token)
	}
}

// UserByID finds a user for the authorization server.
func (o *Org) UserByID(id string) (login.User, bool) {
	cursor, ok := o.records.View().Find(id)
	if !ok || cursor.Object().Name != "User" {
		return login.User{}, false
	}
	get := func(name string) string { return cursor.Get(name).String() }
	return login.User{
		ID: cursor.ID().String(), Username: get("Username"), Email: get("Email"), Name: get("Name"), FirstName: get("FirstName"), LastName: get("LastName"),
		Nickname: get("CommunityNickname"), TimeZone: get("TimeZoneSidKey"), Active: cursor.Get("IsActive").IsTrue(), LastModified: cursor.Get("LastModifiedDate").Time(),
	}, true
}

// UserByName finds a user by username.
func (o *Org) UserByName(username string) (login.User, bool) {
	o.names.Do(func() {
		object, _ := o.schema.Object("User")
		cursor := o.records.View().Cursor(object)
		o.byName = map[string]uint64{}
		for n := range cursor.End() {
			if cursor.Seek(n) {
				o.byName[strings.ToLower(cursor.Get("Username").String())] = n
			}
		}
	})
	n, ok := o.byName[strings.ToLower(username)]
	if !ok {
		return login.User{}, false
	}
	return o.UserByID(o.records.ID("User", n).String())
}
