package salesforce

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"golang.org/x/oauth2"
)

// sending notices whether a request can have left this machine. It errs on the side of "yes": a connection that was
// obtained counts, because what was buffered into it cannot be known.
type sending struct{ connected atomic.Bool }

func (s *sending) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { s.connected.Store(true) },
	})
}

// networkFailure turns an error of net/http into a NetworkError without the address, whose query can hold a SOQL
// text or a code. When the caller's own context ended, that is the cause that is wrapped.
func networkFailure(ctx context.Context, err error, host string, sent bool) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	failure := &NetworkError{Host: host, Sent: sent, Err: err}
	if cause := context.Cause(ctx); cause != nil {
		failure.Err = cause
		failure.stopped = !errors.Is(cause, errStalled)
	}
	var certificate *tls.CertificateVerificationError
	failure.untrusted = errors.As(err, &certificate)
	return failure
}

// authFailure turns an error of x/oauth2 into one of ours. The library's own error prints the whole answer.
func authFailure(ctx context.Context, err error, address string, trace *sending, refresh bool) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		e := &AuthError{ErrorCode: refused.ErrorCode, Description: refused.ErrorDescription}
		if refused.Response != nil {
			e.Status = refused.Response.StatusCode
		}
		e.terminal = refresh && endsSignIn(e.ErrorCode, e.Description)
		return e
	}
	host := address
	if u, parseErr := url.Parse(address); parseErr == nil {
		host = u.Host
	}
	var u *url.Error
	if errors.As(err, &u) || ctx.Err() != nil {
		return networkFailure(ctx, err, host, trace.connected.Load())
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		err = errors.New("the answer is not JSON")
	} else {
		err = errors.New("the answer holds no token")
	}
	return &NetworkError{Host: host, Sent: true, Err: fmt.Errorf("%w: %w", ErrAnswer, err)}
}
