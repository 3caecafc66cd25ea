// Package login is the authorization server of the built-in org: the web-server flow with PKCE, refresh tokens that
// rotate and notice reuse, client credentials, JWT bearer, revocation, introspection, and who a token belongs to.
package login

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"sync"
	"time"
)

// User is one person or program that may log in.
type User struct {
	ID, Username, Email, Name, FirstName, LastName, Nickname string
	TimeZone                                                 string // IANA name
	Active                                                   bool
	LastModified                                             time.Time
}

// Directory finds users. Usernames compare without regard to case.
type Directory interface {
	UserByName(username string) (User, bool)
	UserByID(id string) (User, bool)
}

// Options configure a Server. All are required but JWTKey.
type Options struct {
	OrgID        string // 18 characters
	OrgName      string
	ClientID     string
	ClientSecret string
	PublicIDs    []string // further client ids, which have no secret: apps every org comes with
	RunAs        string   // username the client credentials flow and the consent page act for
	RedirectURIs []string
	JWTKey       *rsa.PublicKey // nil refuses the JWT bearer flow
	Users        Directory
	Now          func() time.Time
	SessionLife  time.Duration // a session ends this long after its last use
	RefreshIdle  time.Duration // a refresh token dies this long after its last use
	Static       bool          // refresh tokens do not rotate
	AutoApprove  bool          // authorize redirects at once
	Journal      func(Entry) error
}

// maxGrants is how many refresh tokens one user and app may have; one more revokes the oldest.
const maxGrants = 5

// codeLife is how long an authorization code can be exchanged.
const codeLife = 15 * time.Minute

// Server issues and checks tokens. Its methods may be called at once from several goroutines.
type Server struct {
	Options
	mu       sync.Mutex
	codes    map[string]*code
	consents map[string]time.Time // one-time numbers of consent pages and when they end
	grants   map[string]*grant    // by id
	refresh  map[string]string    // hash of a refresh token, live or retired, to its grant
	sessions map[string]*session  // by hash of the access token
	serial   uint64
}

// New returns a Server without any session.
func New(options Options) *Server {
	if options.Journal == nil {
		options.Journal = func(Entry) error { return nil }
	}
	return &Server{
		Options: options, codes: map[string]*code{}, consents: map[string]time.Time{}, grants: map[string]*grant{},
		refresh: map[string]string{}, sessions: map[string]*session{},
	}
}

// code is an authorization code waiting to be exchanged.
type code struct {
	userID, redirectURI, scope, challenge string
	plain                                 bool // code_challenge_method=plain
	ends                                  time.Time
	grant                                 string // the grant it became; exchanging it again revokes that
}

// grant is one refresh token family: what one authorization led to.
type grant struct {
	ID, UserID, Scope string
	Current           string // hash of the refresh token that works
	Made, Used        time.Time
	Revoked           bool
}

// session is one access token.
type session struct {
	Hash, Grant, UserID, Scope string // Grant is "" for flows without refresh token
	Made, Used                 time.Time
	Revoked                    bool
}

// Session says whose access token it is.
type Session struct {
	UserID, Scope string
	Made, Expires time.Time
}

// hashOf is what is kept of a token: enough to know it again, too little to use it.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func randomText(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand.Read
	return base64.RawURLEncoding.EncodeToString(raw)
}

// signature proves that id and issuedAt come from someone who knows the client secret.
func (s *Server) signature(id, issuedAt string) string {
	mac := hmac.New(sha256.New, []byte(s.ClientSecret))
	mac.Write([]byte(id + issuedAt))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// knows reports whether the app is registered.
func (s *Server) knows(clientID string) bool {
	return clientID == s.ClientID || slices.Contains(s.PublicIDs, clientID)
}

// accepts reports whether a token request may go on with the secret it sent, or did not send. demanded is for flows that
// prove the app by its secret alone.
func (s *Server) accepts(clientID, secret string, demanded bool) bool {
	if clientID != s.ClientID || secret == "" {
		return secret == "" && !demanded
	}
	return equal(secret, s.ClientSecret)
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Session returns the session of an access token, and slides its end. A dead or unknown token is not ok.
func (s *Server) Session(token string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.live(token)
	if !ok {
		return Session{}, false
	}
	found.Used = s.Now()
	return s.describe(found), true
}

func (s *Server) describe(found *session) Session {
	return Session{UserID: found.UserID, Scope: found.Scope, Made: found.Made, Expires: found.Used.Add(s.SessionLife)}
}

// live returns the session of the token if it still works.
func (s *Server) live(token string) (*session, bool) {
	found, ok := s.sessions[hashOf(token)]
	if !ok || found.Revoked || s.Now().After(found.Used.Add(s.SessionLife)) {
		return nil, false
	}
	if g := s.grants[found.Grant]; g != nil && g.Revoked {
		return nil, false
	}
	if user, known := s.Users.UserByID(found.UserID); !known || !user.Active {
		return nil, false
	}
	return found, true
}

// RevokeUser ends every session and refresh token of a user, as an admin does in the org's setup.
func (s *Server) RevokeUser(userID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.grants {
		if g.UserID == userID && !g.Revoked {
			if err := s.revokeGrant(g); err != nil {
				return err
			}
		}
	}
	for _, found := range s.sessions {
		if found.UserID == userID && !found.Revoked {
			if err := s.revokeSession(found); err != nil {
				return err
			}
		}
	}
	return nil
}

// Expire ends one session and leaves its refresh token, as a session policy does.
func (s *Server) Expire(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.sessions[hashOf(token)]; ok {
		found.Used = found.Used.Add(-s.SessionLife - 1)
	}
}

// ExpireSessions ends every session but leaves the refresh tokens, as a session policy does.
func (s *Server) ExpireSessions() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, found := range s.sessions {
		if !found.Revoked {
			if err := s.revokeSession(found); err != nil {
				return err
			}
		}
	}
	return nil
}
