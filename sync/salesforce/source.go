package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// refreshPause is how long the single second attempt at a refresh waits when the answer to the first was lost.
const refreshPause = 10 * time.Second

// refreshPatience bounds one request to the token endpoint.
const refreshPatience = 30 * time.Second

// TokenSourceOptions are the parts of a TokenSource.
type TokenSourceOptions struct {
	Grant     Grant
	Store     TokenStore
	Now       func() time.Time                           // nil means time.Now
	Sleep     func(context.Context, time.Duration) error // nil means a real wait
	OnRevoked func(error)                                // called once each time the sign-in turns out to have ended
}

// TokenSource keeps the sign-in alive. It refreshes when Salesforce says that a session ended and never by the clock
// (answers carry no expiry), once for all who wait, and persists the answer before anyone uses it.
type TokenSource struct {
	options TokenSourceOptions

	turn chan struct{} // holds one element while somebody refreshes

	mu      sync.Mutex // guards what follows
	current Token
	loaded  bool
	unsaved *Token // an answer that the store would not take: nobody may use it yet, and it must not be lost
}

// NewTokenSource returns a TokenSource over a store and a grant.
func NewTokenSource(o TokenSourceOptions) *TokenSource {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return &TokenSource{options: o, turn: make(chan struct{}, 1)}
}

// Token returns the current sign-in, from memory or from the store.
func (s *TokenSource) Token(ctx context.Context) (Token, error) {
	s.mu.Lock()
	token, loaded, unsaved := s.current, s.loaded, s.unsaved
	s.mu.Unlock()
	if unsaved != nil {
		return s.Refresh(ctx, token.AccessToken)
	}
	if !loaded || token.Revoked { // a new sign-in may have been stored meanwhile
		var err error
		if token, err = s.options.Store.LoadToken(ctx); err != nil {
			return Token{}, fmt.Errorf("load the sign-in: %w", err)
		}
		s.remember(token)
	}
	if token.Revoked {
		return Token{}, ErrRevoked
	}
	return token, nil
}

// SignIn asks the grant for a first token and persists it. It serves grants that need no person.
func (s *TokenSource) SignIn(ctx context.Context) (Token, error) {
	if err := s.take(ctx); err != nil {
		return Token{}, err
	}
	defer s.give()
	if s.options.Grant.spends() {
		return Token{}, fmt.Errorf("%w: this way of signing in needs a browser", ErrConfig)
	}
	token, err := s.options.Grant.renew(ctx, Token{})
	if err != nil {
		return Token{}, err
	}
	return s.adopt(ctx, token)
}

// take waits for the turn to refresh; give hands it on.
func (s *TokenSource) take(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *TokenSource) give() { <-s.turn }

// Forget drops what is held in memory, so that the next use reads the store: after a new sign-in or a disconnect.
func (s *TokenSource) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.loaded, s.unsaved = Token{}, false, nil
}

// Refresh returns a token whose access token is not the refused one. Whoever comes first fetches it; the others wait
// and get the same. A refusal for good is persisted and returned as ErrRevoked from then on.
func (s *TokenSource) Refresh(ctx context.Context, refused string) (Token, error) {
	if err := s.take(ctx); err != nil {
		return Token{}, err
	}
	defer s.give()
	release, err := s.lockStore(ctx)
	if err != nil {
		return Token{}, err
	}
	defer release()

	if s.unsaved != nil {
		if _, err := s.adopt(ctx, *s.unsaved); err != nil {
			return Token{}, err
		}
	}
	// The store, not memory: another process or a new sign-in may have changed it.
	current, err := s.options.Store.LoadToken(ctx)
	if err != nil {
		s.Forget()
		return Token{}, fmt.Errorf("load the sign-in: %w", err)
	}
	s.remember(current)
	switch {
	case current.Revoked:
		return Token{}, ErrRevoked
	case current.AccessToken != refused:
		return current, nil
	}
	return s.renew(ctx, current)
}

// renew fetches a new token, at most twice, marking in the store beforehand that a refresh is under way: whoever finds
// the mark after a crash knows that the refresh token may be spent.
func (s *TokenSource) renew(ctx context.Context, current Token) (Token, error) {
	if s.options.Grant.spends() && current.RefreshToken == "" {
		return Token{}, s.end(ctx, current, fmt.Errorf("%w: it came without a refresh token", ErrRevoked))
	}
	for outages := 0; ; {
		if s.spent(current) {
			return Token{}, s.end(ctx, current, ErrRefreshDoubt)
		}
		if current.DoubtTries > 0 {
			if err := s.options.Sleep(ctx, s.pause(current)); err != nil {
				return Token{}, err
			}
		}
		marked, err := s.mark(ctx, current)
		if err != nil {
			return Token{}, err
		}
		next, err := s.ask(ctx, marked)
		switch {
		case err == nil:
			return s.adopt(ctx, next)
		case errors.Is(err, ErrRevoked):
			return Token{}, s.end(ctx, marked, err)
		case unavailable(err) && outages < maxRefreshTries-1:
			outages++
			if err := errors.Join(s.unmark(ctx, current), s.options.Sleep(ctx, refreshPause)); err != nil {
				return Token{}, err
			}
			continue
		case !answerLost(err):
			return Token{}, errors.Join(err, s.unmark(ctx, current))
		case !s.options.Grant.spends():
			return Token{}, err
		}
		if marked.DoubtTries >= maxRefreshTries {
			if s.spent(marked) {
				err = errors.Join(ErrRefreshDoubt, err)
				return Token{}, s.end(ctx, marked, err)
			}
			return Token{}, err
		}
		current = marked
	}
}

const maxRefreshTries = 2

// ask sends the refresh. It does not end with the caller: to give up on an answer that may carry a new refresh token
// would be to lose the sign-in.
func (s *TokenSource) ask(ctx context.Context, current Token) (Token, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshPatience)
	defer cancel()
	return s.options.Grant.renew(ctx, current)
}

// adopt persists an answer and then makes it the current token. When the store refuses, the answer is kept for the
// next attempt and nobody uses it.
func (s *TokenSource) adopt(ctx context.Context, next Token) (Token, error) {
	if err := s.save(ctx, next); err != nil {
		s.mu.Lock()
		s.unsaved = &next
		s.mu.Unlock()
		return Token{}, err
	}
	return next, nil
}

// spent says whether a refresh token was sent as often as is safe without an answer. Where the org is known not to
// rotate, sending it again does no harm.
func (s *TokenSource) spent(t Token) bool {
	return s.options.Grant.spends() && t.Rotation != RotationOff && t.DoubtTries >= maxRefreshTries
}

// pause is what is left of the wait since the doubtful refresh was sent.
func (s *TokenSource) pause(t Token) time.Duration {
	return max(0, min(refreshPause, refreshPause-s.options.Now().Sub(t.DoubtSince)))
}

func (s *TokenSource) mark(ctx context.Context, t Token) (Token, error) {
	if !s.options.Grant.spends() {
		return t, nil
	}
	t.DoubtSince = s.options.Now().UTC()
	t.DoubtTries++
	return t, s.save(ctx, t)
}

func (s *TokenSource) unmark(ctx context.Context, before Token) error {
	if !s.options.Grant.spends() {
		return nil
	}
	return s.save(ctx, before)
}

// end persists that the sign-in is over and tells about it.
func (s *TokenSource) end(ctx context.Context, t Token, cause error) error {
	t.Revoked = true
	err := s.save(ctx, t)
	if s.options.OnRevoked != nil {
		s.options.OnRevoked(cause)
	}
	return errors.Join(cause, err)
}

// save persists a token and only then makes it the current one. It outlives the caller's cancellation: an answer that
// was received must not be lost because someone pressed ctrl-c.
func (s *TokenSource) save(ctx context.Context, t Token) error {
	if err := s.options.Store.SaveToken(context.WithoutCancel(ctx), t); err != nil {
		return fmt.Errorf("save the sign-in: %w", err)
	}
	s.remember(t)
	return nil
}

func (s *TokenSource) remember(t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.loaded, s.unsaved = t, true, nil
}

func (s *TokenSource) lockStore(ctx context.Context) (release func(), err error) {
	locker, ok := s.options.Store.(TokenLocker)
	if !ok {
		return func() {}, nil
	}
	unlock, err := locker.LockToken(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for the sign-in: %w", err)
	}
	return func() { _ = unlock() }, nil
}

// answerLost says whether a request to the token endpoint left and no trustworthy answer came back. A page of a
// gateway is no answer either, but for 503: that one says that nothing was done, so an outage of the login host
// costs nobody the sign-in.
func answerLost(err error) bool {
	var network *NetworkError
	if errors.As(err, &network) {
		return network.Sent
	}
	var auth *AuthError
	return errors.As(err, &auth) && auth.ErrorCode == "" && auth.Status >= 500 && !unavailable(err)
}

// unavailable says whether the login host answered that it did nothing because it is out of service.
func unavailable(err error) bool {
	var auth *AuthError
	return errors.As(err, &auth) && auth.ErrorCode == "" && auth.Status == http.StatusServiceUnavailable
}

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
