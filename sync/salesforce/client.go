package salesforce

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultVersion is the API version the client speaks: Summer '26.
const DefaultVersion = "67.0"

// Options are the parts of a Client. Only Tokens is required.
type Options struct {
	Tokens   Tokens
	HTTP     *http.Client                               // nil means NewHTTPClient(HTTPOptions{})
	Version  string                                     // API version, "67.0"; "" means DefaultVersion
	Name     string                                     // how the client calls itself in Salesforce's logs; "" means crmsync
	Governor *Governor                                  // nil means that nothing is held back
	Now      func() time.Time                           // nil means time.Now
	Sleep    func(context.Context, time.Duration) error // nil means a real wait
	Stall    time.Duration                              // a download without a byte for so long is broken; 0 means a minute
	Log      *slog.Logger                               // nil means silence; it gets no personal data and no secret
}

// Client speaks to one org. It is safe for concurrent use.
type Client struct {
	tokens   Tokens
	http     *http.Client
	version  string
	name     string
	governor *Governor
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	stall    time.Duration
	log      *slog.Logger

	calls atomic.Int64

	mu     sync.Mutex // guards what follows
	usage  Usage
	server time.Time     // newest Date header
	skew   time.Duration // local clock minus server clock at that answer
}

// New returns a client. It sends nothing.
func New(o Options) (*Client, error) {
	c := &Client{tokens: o.Tokens, http: o.HTTP, version: o.Version, name: o.Name, governor: o.Governor,
		now: o.Now, sleep: o.Sleep, stall: o.Stall, log: o.Log}
	if c.tokens == nil {
		return nil, fmt.Errorf("%w: the client has no source of tokens", ErrConfig)
	}
	if c.http == nil {
		c.http = defaultHTTP()
	}
	c.http = withoutRedirects(c.http)
	if c.version == "" {
		c.version = DefaultVersion
	}
	if !validVersion(c.version) {
		return nil, fmt.Errorf("%w: the API version %q is not of the form 67.0", ErrConfig, printable(c.version))
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.sleep == nil {
		c.sleep = sleep
	}
	if c.stall == 0 {
		c.stall = time.Minute
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Version returns the API version the client speaks, such as 67.0.
func (c *Client) Version() string { return c.version }

// Calls returns how many API requests the client has sent, repeated ones included. Those that
// never reached the org are not among them.
func (c *Client) Calls() int64 { return c.calls.Load() }

// InstanceURL returns the org's address of the current sign-in.
func (c *Client) InstanceURL(ctx context.Context) (string, error) {
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return "", err
	}
	return CheckAddress(token.InstanceURL)
}

// Usage returns the org's API use as the newest answer told it; ok is false before any answer did.
func (c *Client) Usage() (usage Usage, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.usage, c.usage.Max > 0
}

// ServerTime returns the Date of the newest answer and the local clock's lead over it, positive when the local clock
// is ahead. Date has a resolution of a second. ok is false before the first answer.
func (c *Client) ServerTime() (server time.Time, skew time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.server, c.skew, !c.server.IsZero()
}

// data returns the path of a resource below /services/data/vNN.
func (c *Client) data(resource string) string { return "/services/data/v" + c.version + "/" + resource }

// userAgent is how requests call themselves.
func userAgent(name string) string {
	if name == "" || name == "crmsync" {
		return "crmsync"
	}
	return name + " crmsync"
}

func validVersion(v string) bool {
	var major, minor int
	n, err := fmt.Sscanf(v, "%d.%d", &major, &minor)
	return err == nil && n == 2 && v == fmt.Sprintf("%d.%d", major, minor)
}
