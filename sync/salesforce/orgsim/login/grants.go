package login

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Tokens are what a successful token request gives. RefreshToken is "" for flows without one.
type Tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Signature    string `json:"signature"`
	Scope        string `json:"scope"`
	InstanceURL  string `json:"instance_url"`
	ID           string `json:"id"`
	TokenType    string `json:"token_type"`
	IssuedAt     string `json:"issued_at"`
}

// DefaultScope is what an authorization without a scope grants.
const DefaultScope = "refresh_token api id"

// Grant authorizes the app for the user at once and returns a session with its refresh token.
func (s *Server) Grant(username, base string) (Tokens, error) {
	user, ok := s.Users.UserByName(username)
	if !ok {
		return Tokens{}, fmt.Errorf("no user %q in the org", username)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.authorizeUser(user.ID, DefaultScope, base)
}

// authorizeUser begins a family, revoking the user's oldest when there are too many.
func (s *Server) authorizeUser(userID, scope, base string) (Tokens, error) {
	if err := s.makeRoom(userID); err != nil {
		return Tokens{}, err
	}
	s.serial++
	now := s.Now()
	g := &grant{ID: strconv.FormatUint(s.serial, 36) + randomText(6), UserID: userID, Scope: scope, Made: now, Used: now}
	token := "5Aep861" + randomText(57)
	g.Current = hashOf(token)
	s.grants[g.ID], s.refresh[g.Current] = g, g.ID
	if err := s.Journal(Entry{Grant: g}); err != nil {
		return Tokens{}, err
	}
	tokens, err := s.openSession(g.ID, userID, scope, base)
	tokens.RefreshToken = token
	return tokens, err
}

func (s *Server) makeRoom(userID string) error {
	mine := slices.SortedFunc(maps.Values(s.grants), func(a, b *grant) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	mine = slices.DeleteFunc(mine, func(g *grant) bool { return g.UserID != userID || g.Revoked })
	for len(mine) >= maxGrants {
		if err := s.revokeGrant(mine[0]); err != nil {
			return err
		}
		mine = mine[1:]
	}
	return nil
}

// sweepAbove is how many sessions are kept before dead ones are looked for.
const sweepAbove = 256

// openSession issues an access token.
func (s *Server) openSession(grantID, userID, scope, base string) (Tokens, error) {
	if len(s.sessions) > sweepAbove {
		s.sweep()
	}
	token := s.OrgID[:15] + "!" + randomText(72)
	now := s.Now()
	opened := &session{Hash: hashOf(token), Grant: grantID, UserID: userID, Scope: scope, Made: now, Used: now}
	s.sessions[opened.Hash] = opened
	if err := s.Journal(Entry{Session: opened}); err != nil {
		return Tokens{}, err
	}
	issued := strconv.FormatInt(now.UnixMilli(), 10)
	id := base + "/id/" + s.OrgID + "/" + userID
	return Tokens{AccessToken: token, Signature: s.signature(id, issued), Scope: scope, InstanceURL: base, ID: id, TokenType: "Bearer", IssuedAt: issued}, nil
}

// renew exchanges a refresh token. One that has been exchanged before revokes its whole family.
func (s *Server) renew(token, base string) (Tokens, *Failure, error) {
	hash := hashOf(token)
	g := s.grants[s.refresh[hash]]
	expired := failure("invalid_grant", "expired access/refresh token")
	switch {
	case g == nil || g.Revoked:
		return Tokens{}, expired, nil
	case g.Current != hash:
		return Tokens{}, expired, s.revokeGrant(g)
	case s.Now().After(g.Used.Add(s.RefreshIdle)):
		return Tokens{}, expired, s.revokeGrant(g)
	}
	if user, known := s.Users.UserByID(g.UserID); !known || !user.Active {
		return Tokens{}, failure("inactive_user", "user is inactive"), nil
	}
	g.Used = s.Now()
	next := ""
	if !s.Static {
		next = "5Aep861" + randomText(57)
		g.Current = hashOf(next)
		s.refresh[g.Current] = g.ID
	}
	if err := s.Journal(Entry{Grant: g, Retired: hash}); err != nil {
		return Tokens{}, nil, err
	}
	tokens, err := s.openSession(g.ID, g.UserID, g.Scope, base)
	tokens.RefreshToken = next
	return tokens, nil, err
}

func (s *Server) revokeGrant(g *grant) error {
	g.Revoked = true
	return s.Journal(Entry{Grant: g})
}

func (s *Server) revokeSession(found *session) error {
	found.Revoked = true
	return s.Journal(Entry{Session: found})
}

// Entry is one change of the server's state, kept so that it survives a restart. It holds no token, only hashes.
type Entry struct {
	Grant   *grant   `json:"grant,omitempty"`
	Session *session `json:"session,omitempty"`
	Retired string   `json:"retired,omitempty"` // hash of a refresh token of the grant that was exchanged
}

// Replay takes in an Entry of the journal.
func (s *Server) Replay(e Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Grant != nil {
		s.serial++
		s.grants[e.Grant.ID] = e.Grant
		s.refresh[e.Grant.Current] = e.Grant.ID
		if e.Retired != "" {
			s.refresh[e.Retired] = e.Grant.ID
		}
	}
	if e.Session != nil {
		s.sessions[e.Session.Hash] = e.Session
	}
}

// sweep forgets sessions and codes that ended long ago, so that a server that runs for months does not grow.
func (s *Server) sweep() {
	now := s.Now()
	maps.DeleteFunc(s.sessions, func(_ string, x *session) bool { return now.After(x.Used.Add(s.SessionLife + 24*time.Hour)) })
	maps.DeleteFunc(s.codes, func(_ string, c *code) bool { return now.After(c.ends.Add(time.Hour)) })
	maps.DeleteFunc(s.consents, func(_ string, ends time.Time) bool { return now.After(ends) })
}
