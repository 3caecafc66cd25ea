package network

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Portability reads one member's own data from the Member Data Portability API,
// with that member's token. The API is for members in the European Economic
// Area and Switzerland; it only reads.
type Portability struct {
	HTTP   *http.Client                                     // must not follow redirects
	Host   string                                           // address without a trailing slash; "" is [PortabilityHost]
	Token  string                                           // of the member, with a scope r_dma_portability_…
	Sleep  func(ctx context.Context, d time.Duration) error // between tries
	Limits Limits                                           // of a domain; zero values are DefaultLimits
}

// portabilityVersion is the only version of the API that the snapshot is served
// in; any other is answered with 426.
const portabilityVersion = "202312"

// portabilityTries is how often a page is asked for: reading again does no harm.
const portabilityTries = 5

// page returns the body of one page, or nil behind the last one.
func (p Portability) page(ctx context.Context, domain string, start int) ([]byte, error) {
	pause := &backoff.ExponentialBackOff{InitialInterval: time.Second, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: time.Minute}
	for try := 1; ; try++ {
		body, status, wait, err := p.get(ctx, domain, start)
		switch {
		case err == nil && status == http.StatusOK:
			return body, nil
		case err == nil && status == http.StatusNotFound:
			return nil, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil && status != http.StatusTooManyRequests && status < 500, try == portabilityTries:
			return nil, refused(domain, status, body, err)
		}
		if err := p.Sleep(ctx, max(wait, pause.NextBackOff())); err != nil {
			return nil, err
		}
	}
}

// get asks once. wait is what the answer's Retry-After asks for.
func (p Portability) get(ctx context.Context, domain string, start int) (body []byte, status int, wait time.Duration, err error) {
	host := p.Host
	if host == "" {
		host = PortabilityHost
	}
	query := url.Values{"q": {"criteria"}, "domain": {domain}, "start": {strconv.Itoa(start)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, host+"/rest/memberSnapshotData?"+query.Encode(), nil)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("ask the portability API: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+p.Token)
	request.Header.Set("LinkedIn-Version", portabilityVersion)
	request.Header.Set("Accept", "application/json")
	answer, err := p.HTTP.Do(request)
	if err != nil {
		return nil, 0, 0, err
	}
	defer answer.Body.Close()
	limit := p.Limits.orDefault().FileBytes
	body, err = io.ReadAll(io.LimitReader(answer.Body, limit+1))
	if seconds, bad := strconv.Atoi(answer.Header.Get("Retry-After")); bad == nil {
		wait = min(time.Duration(max(seconds, 0))*time.Second, 10*time.Minute)
	}
	return body, answer.StatusCode, wait, err
}

// refused says what an answer that is no page means for the member.
func refused(domain string, status int, body []byte, cause error) error {
	text := ""
	if len(body) > 0 {
		text = ": " + quoteList([]string{string(body)})
	}
	switch status {
	case http.StatusUnauthorized:
		return fault(domain, 0, CodeToken, "Tokens of the portability API end after a time; make a new one in LinkedIn's token generator.",
			"the portability API does not take the token%s", text)
	case http.StatusForbidden:
		return fault(domain, 0, CodeConsent,
			"It needs the product Member Data Portability with a scope r_dma_portability_… and the member's consent, and is for members in the EEA and Switzerland alone. Elsewhere import the archive.",
			"the token does not open the portability API%s", text)
	}
	failure := fault(domain, 0, CodeService, "Nothing was changed. Try again later, or import the member's archive.",
		"the portability API answered with status %d%s", status, text)
	if cause != nil {
		failure.Message, failure.cause = "the portability API cannot be reached: "+cause.Error(), cause
	}
	return failure
}
