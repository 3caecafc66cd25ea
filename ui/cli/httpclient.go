package cli

import (
	"cmp"
	"crypto/x509"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"

	"crmsync/sync/salesforce"
	"crmsync/ui/cli/machine"
)

// httpClient returns the client that the machine's settings ask for; nil when they say nothing of the network.
func httpClient(settings machine.Settings) (*http.Client, error) {
	options := salesforce.HTTPOptions{Proxy: proxyFor(settings)}
	file, set := settings.Text(machine.CAFile)
	if set {
		wrong := func(reason, hint string) error {
			return &failure{code: "machine.invalid", message: settings.Place(machine.CAFile) + ": " + machine.CAFile + ": " + reason, hint: hint}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, wrong(err.Error(), "name a file that exists and that you may read, or take the line out")
		}
		if options.RootCAs, err = x509.SystemCertPool(); err != nil {
			options.RootCAs = x509.NewCertPool()
		}
		if !options.RootCAs.AppendCertsFromPEM(text) {
			return nil, wrong("there is no certificate in "+file, "it takes certificates as PEM: -----BEGIN CERTIFICATE-----")
		}
	}
	if options.Proxy == nil && !set {
		return nil, nil
	}
	return salesforce.NewHTTPClient(options), nil
}

// proxyFor chooses the proxy: each of the two settings as the environment says, else as the file says; nil when the file
// says nothing. Loopback is reached without it.
func proxyFor(settings machine.Settings) func(*http.Request) (*url.URL, error) {
	proxy, hasProxy := settings.Text(machine.Proxy)
	spared, spares := settings.Text(machine.NoProxy)
	if !hasProxy && !spares {
		return nil
	}
	config := httpproxy.FromEnvironment()
	config.HTTPSProxy = cmp.Or(config.HTTPSProxy, proxy)
	config.NoProxy = cmp.Or(config.NoProxy, spared)
	choose := config.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }
}
