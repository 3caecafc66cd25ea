package salesforce

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/oauth2"
)

// DefaultRedirectURL is the callback to register in the External Client App. Salesforce compares it whole, port
// included, so the port is fixed and only a setting changes it.
const DefaultRedirectURL = "http://localhost:8765/callback"

// App is the customer's External Client App, as this program uses it.
type App struct {
	LoginHost    string           // "" means DefaultLoginHost; a My Domain where the org asks for it
	ClientID     string           // consumer key
	ClientSecret string           // consumer secret; "" for a public app
	RedirectURL  string           // "" means DefaultRedirectURL
	Scopes       []string         // nil means api, refresh_token, id
	HTTP         *http.Client     // nil means NewHTTPClient(HTTPOptions{})
	Now          func() time.Time // nil means time.Now
}

// Check reports what of the app's settings is missing or not permitted.
func (a App) Check() error {
	if _, err := CheckAddress(a.loginHost()); err != nil {
		return fmt.Errorf("login host: %w", err)
	}
	if a.ClientID == "" {
		return fmt.Errorf("%w: the app's consumer key is missing", ErrConfig)
	}
	u, err := url.Parse(a.redirectURL())
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%w: the redirect address %q is not an address", ErrConfig, printable(withoutQuery(a.redirectURL())))
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return fmt.Errorf("redirect address: %w: %s", ErrInsecure, printable(u.Host))
	}
	return nil
}

// LogValue is what a log may hold of an app.
func (a App) LogValue() slog.Value { return slog.StringValue(a.loginHost()) }

func (a App) loginHost() string {
	if a.LoginHost == "" {
		return DefaultLoginHost
	}
	return a.LoginHost
}

func (a App) redirectURL() string {
	if a.RedirectURL == "" {
		return DefaultRedirectURL
	}
	return a.RedirectURL
}

func (a App) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

func (a App) httpClient() *http.Client {
	if a.HTTP == nil {
		return defaultHTTP()
	}
	return withoutRedirects(a.HTTP)
}

// oauth returns the app as x/oauth2 knows it. AuthStyleInParams matters: the library's default probes by sending a
// failed request again, which under rotation would reuse a refresh token.
func (a App) oauth(loginHost string) (*oauth2.Config, error) {
	host, err := CheckAddress(loginHost)
	if err != nil {
		return nil, fmt.Errorf("login host: %w", err)
	}
	scopes := a.Scopes
	if scopes == nil {
		scopes = []string{"api", "refresh_token", "id"}
	}
	return &oauth2.Config{
		ClientID:     a.ClientID,
		ClientSecret: a.ClientSecret,
		RedirectURL:  a.redirectURL(),
		Scopes:       scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL:   host + "/services/oauth2/authorize",
			TokenURL:  host + "/services/oauth2/token",
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}, nil
}

// tokenFrom turns an answer of the token endpoint into a Token and checks the addresses in it.
func (a App) tokenFrom(answer *oauth2.Token, loginHost string) (Token, error) {
	text := func(name string) string {
		s, _ := answer.Extra(name).(string)
		return s
	}
	instance, err := CheckAddress(text("instance_url"))
	if err != nil {
		return Token{}, fmt.Errorf("instance address in the token answer: %w", err)
	}
	identity := text("id")
	if identity != "" {
		if identity, err = CheckAddress(identity); err != nil {
			return Token{}, fmt.Errorf("identity address in the token answer: %w", err)
		}
	}
	issued := a.now().UTC()
	if ms, err := strconv.ParseInt(text("issued_at"), 10, 64); err == nil {
		issued = time.UnixMilli(ms).UTC()
	}
	return Token{
		AccessToken:  answer.AccessToken,
		RefreshToken: answer.RefreshToken,
		InstanceURL:  instance,
		IdentityURL:  identity,
		LoginHost:    loginHost,
		Scope:        text("scope"),
		IssuedAt:     issued,
	}, nil
}

// HTTPOptions are the choices of NewHTTPClient.
type HTTPOptions struct {
	RootCAs *x509.CertPool                        // nil means the system's; a built-in org served with its own CA needs it
	Proxy   func(*http.Request) (*url.URL, error) // nil means what the environment says
}

// NewHTTPClient returns an HTTP client fit for Salesforce: TLS 1.2 or newer, bounded dialling and handshake, and no
// redirects followed, since a redirected POST would be sent twice and a redirected token leave its host.
func NewHTTPClient(o HTTPOptions) *http.Client {
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return withoutRedirects(&http.Client{Transport: &http.Transport{
		Proxy:                 o.Proxy,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:   15 * time.Second,
		ExpectContinueTimeout: time.Second,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          16,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       55 * time.Second,
	}})
}

var sharedHTTP = NewHTTPClient(HTTPOptions{})

func defaultHTTP() *http.Client { return sharedHTTP }

func withoutRedirects(c *http.Client) *http.Client {
	copied := *c
	copied.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &copied
}

// withClient hands the app's HTTP client to x/oauth2.
func (a App) withClient(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, a.httpClient())
}
