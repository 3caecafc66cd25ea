package machine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Key describes one setting.
type Key struct {
	Name        string   // with its section: "console.theme"
	Flag        string   // flag that goes before it, without dashes; "" = none
	Environment []string // variables that go before it, the first that is set
	Default     string   // in words
	Example     string   // a value, as TOML
	About       string   // one sentence for the help
	Shown       bool     // its value names nothing and nobody: it may be told to others

	form form
}

// form is what a value has to look like: a switch, or a text that check accepts.
type form struct {
	onOff bool
	check func(text string) error // nil for a switch
}

// The names of settings that are read by more than their flag.
const (
	Plain     = "console.plain"
	NoDiff    = "console.no_diff"
	Editor    = "console.editor"
	KeyFile   = "store.key_file"
	Ballast   = "store.ballast"
	ReadCache = "store.read_cache"
	Proxy     = "network.proxy"
	NoProxy   = "network.no_proxy"
	CAFile    = "network.ca_file"
)

// Keys returns every setting, section by section.
func Keys() []Key {
	onOff, file := form{onOff: true}, form{check: oneLine}
	return []Key{
		{"console.theme", "theme", nil, "auto", `"light"`, "colours of the console: auto, dark, light or mono", true, form{check: choice("auto", "dark", "light", "mono")}},
		{"console.ascii", "ascii", nil, "false", "true", "draw the console with ASCII marks only", true, onOff},
		{Plain, "plain", []string{"ACCESSIBLE"}, "false", "true", "the console as lines of text, one question at a time", true, onOff},
		{"console.mouse", "mouse", nil, "false", "true", "the console with the mouse on", true, onOff},
		{NoDiff, "no-diff", []string{"CRMSYNC_NO_DIFF"}, "false", "true", "send the console's frames whole, not as differences", true, onOff},
		{Editor, "", []string{"VISUAL", "EDITOR"}, "vi", `"nano"`, "editor in which the console opens texts", false, file},
		{"serve.ssh", "ssh", nil, "no SSH", `"127.0.0.1:2222"`, "address of crmsync serve for the console over SSH", false, form{check: address}},
		{"serve.metrics", "metrics", nil, "no metrics", `"127.0.0.1:9464"`, "address of crmsync serve for figures for Prometheus", false, form{check: address}},
		{"serve.idle", "idle", nil, "30m", `"15m"`, "crmsync serve ends an SSH session after so long without a key", true, form{check: duration}},
		{"serve.watch", "watch", nil, "no folder", `"/srv/crmsync/incoming"`, "folder from which crmsync serve imports network files", false, file},
		{"serve.log", "log", nil, "info", `"warn"`, "what crmsync serve says on standard error: debug, info, warn, error or off", true, form{check: choice("debug", "info", "warn", "error", "off")}},
		{"serve.log_format", "log-format", nil, "text", `"json"`, "how it says so: text or json", true, form{check: choice("text", "json")}},
		{KeyFile, "", []string{"CRMSYNC_KEY_FILE"}, "~/.config/crmsync/key", `"/etc/crmsync/key"`, "key file of the store; the credential crmsync-key of systemd goes before it", false, file},
		{Ballast, "", []string{"CRMSYNC_BALLAST"}, "64MiB", `"256MiB"`, "what the engine keeps of the disk to finish with when it is full", true, form{check: size}},
		{ReadCache, "", nil, "8MiB, in the console 2MiB", `"16MiB"`, "memory for pages of the store, for each of four readers", true, form{check: cacheSize}},
		{Proxy, "", []string{"HTTPS_PROXY", "https_proxy"}, "none", `"http://proxy.acme.com:3128"`, "proxy on the way to Salesforce", false, form{check: proxy}},
		{NoProxy, "", []string{"NO_PROXY", "no_proxy"}, "none", `".acme.com,10.0.0.0/8"`, "hosts to reach without the proxy", false, file},
		{CAFile, "", nil, "none", `"/etc/ssl/acme-ca.pem"`, "certificates to trust besides the system's, as PEM", false, file},
		{"connect.login_host", "login-host", nil, "https://login.salesforce.com", `"https://acme.my.salesforce.com"`, "login host or My Domain of crmsync connect", false, form{check: webAddress}},
		{"connect.redirect_url", "redirect-url", nil, "http://localhost:8765/callback", `"http://localhost:9000/callback"`, "callback of crmsync connect, as registered with the app", false, form{check: webAddress}},
	}
}

// Find returns the setting of a name.
func Find(name string) (Key, bool) {
	keys := Keys()
	at := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
	if at < 0 {
		return Key{}, false
	}
	return keys[at], true
}

// Line returns the setting with its example, as it stands in the file below its section.
func (k Key) Line() string {
	_, name, _ := strings.Cut(k.Name, ".")
	return name + " = " + k.Example
}

// Before says what goes before the setting, in words: its flag and its variables.
func (k Key) Before() string {
	var names []string
	if k.Flag != "" {
		names = append(names, "--"+k.Flag)
	}
	for _, variable := range k.Environment {
		names = append(names, "$"+variable)
	}
	return strings.Join(names, ", ")
}

// read returns a value as text.
func (k Key) read(node *unstable.Node) (string, error) {
	text := string(node.Data)
	if k.form.onOff {
		if node.Kind != unstable.Bool {
			return "", fmt.Errorf("takes true or false")
		}
		return text, nil
	}
	if node.Kind != unstable.String {
		return "", fmt.Errorf("takes a text in quotes")
	}
	return text, k.form.check(text)
}

// secret reports whether a value holds a password.
func (k Key) secret(text string) bool { return k.Name == Proxy && hasPassword(text) }

func sections() []string {
	var names []string
	for _, key := range Keys() {
		section, _, _ := strings.Cut(key.Name, ".")
		names = append(names, section)
	}
	return slices.Compact(names)
}

func isSection(name string) bool { return slices.Contains(sections(), name) }

func sectionList() string { return "[" + strings.Join(sections(), "], [") + "]" }

func duration(text string) error {
	if d, err := time.ParseDuration(text); err != nil || d <= 0 {
		return fmt.Errorf("takes a time above zero such as 30m, not %q", text)
	}
	return nil
}

func choice(words ...string) func(string) error {
	return func(text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("takes %s or %s, not %q", strings.Join(words[:len(words)-1], ", "), words[len(words)-1], text)
		}
		return nil
	}
}
