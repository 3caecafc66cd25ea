package salesforce

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// repeat says when a request may be sent again by the client itself.
type repeat int

const (
	repeatSafe    repeat = iota // reading: after any failure
	repeatRefused               // only when it is certain that nothing was carried out
	repeatNever                 // a write that its caller settles
)

// call is one request of the API.
type call struct {
	method    string
	path      string // from the org's root, without query
	query     url.Values
	body      []byte
	accept    string
	purpose   Purpose
	repeat    repeat
	address   string // instead of the instance URL and path, where the API gives whole addresses
	anonymous bool   // without a token
}

const (
	maxTries     = 5
	maxErrorBody = 64 << 10
	maxAddress   = 15 << 10        // of the 16,384 bytes that address and headers may have together
	maxWait      = 5 * time.Minute // a longer Retry-After is the caller's business
	readPatience = 2 * time.Minute // for the first byte of an answer
	sendPatience = 5 * time.Minute
)

// exchange sends a request, follows the rules of refresh and repetition, and lets consume read the good answer. What
// consume returns as a broken stream is repeated like a broken connection; any other error of it is final.
func (c *Client) exchange(ctx context.Context, k call, consume func(*answer) error) error {
	pause := &backoff.ExponentialBackOff{InitialInterval: time.Second / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second}
	refreshed := false
	for try := 1; ; try++ {
		token, err := c.admit(ctx, k)
		if err != nil {
			return err
		}
		err = c.once(ctx, k, token, consume)
		if err == nil {
			return nil
		}
		if sessionEnded(err) && !k.anonymous {
			if refreshed {
				return fmt.Errorf("%w: %w", ErrSessionRefused, err)
			}
			if _, err := c.tokens.Refresh(ctx, token.AccessToken); err != nil {
				return err
			}
			refreshed = true
			try-- // an ended session is no failure of the call, which still has all its tries
			continue
		}
		if hopelessSession(err) {
			return fmt.Errorf("%w: %w", ErrSessionRefused, err)
		}
		if ctx.Err() != nil || try >= tries(err) || !k.mayRepeat(err) {
			return k.outcome(err)
		}
		wait := max(pause.NextBackOff(), RetryAfter(err))
		if wait > maxWait {
			return err
		}
		c.log.WarnContext(ctx, "salesforce call is tried again", "code", codeOf(err), "path", k.path, "try", try, "wait", wait)
		if err := c.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// admit asks the budget and fetches the token.
func (c *Client) admit(ctx context.Context, k call) (Token, error) {
	if err := ctx.Err(); err != nil {
		return Token{}, err
	}
	if c.governor != nil {
		if err := c.governor.Allow(purposeOf(ctx, k.purpose)); err != nil {
			return Token{}, err
		}
	}
	return c.tokens.Token(ctx)
}

// answer is a good answer whose body is still coming.
type answer struct {
	*http.Response
	guard *stallGuard
	kept  bool // whoever consumed it reads on and closes it
}

func (a *answer) close() {
	_ = a.Body.Close()
	a.guard.stop()
}

// once sends the request one time.
func (c *Client) once(ctx context.Context, k call, token Token, consume func(*answer) error) error {
	guard, guarded := newStallGuard(ctx, c.stall)
	a := &answer{guard: guard}
	defer func() {
		if !a.kept {
			guard.stop()
		}
	}()
	trace := &sending{}
	req, err := c.request(trace.watch(guarded), k, token)
	if err != nil {
		return err
	}
	guard.expect(k.patience())
	c.count(1)
	a.Response, err = c.http.Do(req)
	guard.rest()
	if err != nil {
		if !trace.connected.Load() {
			c.count(-1) // the org has not seen it
		}
		return networkFailure(guarded, err, req.URL.Host, trace.connected.Load())
	}
	c.observe(a.Response)
	a.Body = &watchedBody{body: a.Body, guard: guard, host: req.URL.Host, ctx: guarded}
	if a.StatusCode < 200 || a.StatusCode > 299 {
		err = refusal(k, a.Response)
	} else {
		err = consume(a)
	}
	if !a.kept {
		_ = a.Body.Close()
	}
	return err
}

// count counts a call that is being sent, or takes one back that never left.
func (c *Client) count(n int64) {
	c.calls.Add(n)
	if c.governor != nil {
		c.governor.spend(n)
	}
}

// patience is how long the first byte of the answer may take.
func (k call) patience() time.Duration {
	if k.repeat == repeatNever {
		return sendPatience
	}
	return readPatience
}

func (c *Client) request(ctx context.Context, k call, token Token) (*http.Request, error) {
	address := k.address
	if address == "" {
		instance, err := CheckAddress(token.InstanceURL)
		if err != nil {
			return nil, err
		}
		address = instance + k.path
	}
	if len(k.query) > 0 {
		address += "?" + k.query.Encode()
	}
	if len(address) > maxAddress {
		return nil, fmt.Errorf("%w: the query is too long for REST; it has to be a bulk query", ErrSelect)
	}
	var body io.Reader
	if k.body != nil {
		body = bytes.NewReader(k.body)
	}
	req, err := http.NewRequestWithContext(ctx, k.method, address, body)
	if err != nil {
		return nil, fmt.Errorf("%w: the request's address cannot be built", ErrAddress)
	}
	if !k.anonymous {
		req.Header.Set("Authorization", "Bearer "+token.AccessToken)
	}
	if k.body != nil {
		req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	}
	accept := k.accept
	if accept == "" {
		accept = "application/json"
	}
	// Accept-Encoding stays unset: the transport adds gzip itself and undoes it only then.
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", userAgent(c.name))
	req.Header.Set("Sforce-Call-Options", "client="+strings.ReplaceAll(userAgent(c.name), " ", "-"))
	return req, nil
}

// mayRepeat says whether the client may send the request again after err.
func (k call) mayRepeat(err error) bool {
	if Classify(err) != ActionRetry {
		return false
	}
	switch k.repeat {
	case repeatSafe:
		return true
	case repeatRefused:
		return certainlyRefused(err)
	}
	return false
}

// outcome marks the failure of a write that may have been committed.
func (k call) outcome(err error) error {
	if k.repeat != repeatNever || certainlyRefused(err) {
		return err
	}
	return &outcomeError{err}
}

// certainlyRefused says whether err proves that nothing was carried out.
func certainlyRefused(err error) bool {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.refusedForGood()
	}
	var network *NetworkError
	if errors.As(err, &network) {
		return !network.Sent
	}
	return errors.Is(err, ErrAddress) || errors.Is(err, ErrInsecure)
}

// tries bounds the attempts by what went wrong.
func tries(err error) int {
	var refused *Error
	if errors.As(err, &refused) {
		switch {
		case refused.Status == 420, refused.ErrorCode == "UNKNOWN_EXCEPTION":
			return 2
		case refused.ErrorCode == "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE":
			return 1
		}
	}
	return maxTries
}

// hopelessSession says whether a 401 is one of the two that a new access token would get again for ever.
func hopelessSession(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		return false
	}
	return strings.Contains(refused.Message, "Connected app is not attached to Agent") ||
		strings.Contains(refused.Message, "This session is not valid for use with the REST API")
}

// sessionEnded says whether a new access token can help.
func sessionEnded(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) || hopelessSession(err) {
		return false
	}
	switch refused.Status {
	case http.StatusUnauthorized:
		return refused.ErrorCode == "" || refused.ErrorCode == "INVALID_SESSION_ID"
	case http.StatusForbidden: // the identity service answers so
		return refused.Message == "Bad_OAuth_Token"
	}
	return false
}
