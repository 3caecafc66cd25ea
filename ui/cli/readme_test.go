package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crmsync/assets/help"
)

// shown are the commands that a text shows in lines of their own, without what is said of them.
func shown(text string) (commands []string) {
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		command, indented := strings.CutPrefix(line, "  ")
		command = strings.TrimPrefix(strings.TrimSpace(command), "./")
		if !indented || !strings.HasPrefix(command, "crmsync ") && command != "crmsync" {
			continue
		}
		for _, end := range []string{"  ", " #", " <", " >", " |", ", and "} {
			command, _, _ = strings.Cut(command, end)
		}
		commands = append(commands, strings.TrimRight(strings.ReplaceAll(command, "'", ""), " ,.;"))
	}
	return commands
}

// spans are the commands that a text names in a sentence, in backquotes.
var spans = regexp.MustCompile("`(?:\\./)?(crmsync [^`]+)`")

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every command that the README and the topics of the help show is taken by the command line, with its flags and with
// as many arguments.
func TestShownCommandsExist(t *testing.T) {
	commands := shown(readme(t))
	for _, span := range spans.FindAllStringSubmatch(readme(t), -1) {
		if span[1] != "crmsync help" {
			commands = append(commands, span[1])
		}
	}
	if len(commands) < 25 {
		t.Errorf("only %d commands in the README: %q", len(commands), commands)
	}
	for _, topic := range help.Topics() {
		commands = append(commands, shown(topic.Text)...)
	}
	if len(commands) < 60 {
		t.Errorf("only %d commands in all: %q", len(commands), commands)
	}
	for _, command := range commands {
		if err := known(strings.ReplaceAll(command, "2026-11-24 09:00", "2026-11-24T09:00")); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
}

// block is the commands of the README between two of its words.
func block(t *testing.T, from, to string) []string {
	t.Helper()
	_, text, found := strings.Cut(readme(t), from)
	text, _, ended := strings.Cut(text, to)
	if !found || !ended {
		t.Fatalf("the README has nothing between %q and %q", from, to)
	}
	return shown(text)
}

// The set-up that the README shows for who has no org works as it stands there, but for the address of the built-in
// org and its size.
func TestReadmeSetUp(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, "store")
	file := filepath.Join(home, "Connections.csv")
	writeFile(t, file, "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,Okafor,https://www.linkedin.com/in/ann-okafor,,Acme,Buyer,01 Nov 2026\n")
	var address, key string
	done := 0
	for _, command := range block(t, "**A set-up of your own.**", "**Your own org.**") {
		args := append([]string{"--dir", dir}, strings.Fields(command)[1:]...)
		for i, arg := range args {
			switch arg {
			case "http://127.0.0.1:8766":
				args[i] = address
			case "CONSUMER-KEY":
				args[i] = key
			case "Connections.csv":
				args[i] = file
			}
		}
		switch {
		case strings.HasPrefix(command, "crmsync org serve"):
			address, key = serveOrg(t, args)
		case strings.HasPrefix(command, "crmsync connect"):
			signIn(t, home, args)
		case strings.HasPrefix(command, "crmsync serve"): // until it is interrupted: the tests of serve
		default:
			ok(t, home, args[1], args[2:]...)
		}
		done++
	}
	if done < 7 {
		t.Errorf("only %d commands", done)
	}
	if out := ok(t, home, dir, "status"); !strings.Contains(out, "connected") || strings.Contains(out, "never") {
		t.Errorf("it is not set up:\n%s", out)
	}
	if out := ok(t, home, dir, "search", "okafor"); !strings.Contains(out, "Ann Okafor") {
		t.Errorf("the network is not read:\n%s", out)
	}
}

// serveOrg starts a small built-in org on a port that is free, and returns what it tells to sign in with.
func serveOrg(t *testing.T, args []string) (address, key string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- run(ctx, append(args, "--listen", "127.0.0.1:0", "--size", "60", "--auto-approve"), strings.NewReader(""), io.Discard, writer)
		writer.Close()
	}()
	t.Cleanup(func() { stop(); <-ended })
	lines := bufio.NewScanner(reader)
	told := regexp.MustCompile(`crmsync connect --login-host (\S+) --client-id (\S+)`)
	for lines.Scan() {
		if found := told.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, reader) }() // ends with the org
			return found[1], found[2]
		}
	}
	t.Fatal("the org did not tell how to sign in")
	return "", ""
}

// signIn runs connect, opens the address it tells as a browser would, and pastes the address that one ends on.
func signIn(t *testing.T, home string, args []string) {
	t.Helper()
	stdin, paste := io.Pipe()
	errs, tell := io.Pipe()
	defer paste.Close()
	ended := make(chan int)
	go func() {
		code := run(t.Context(), args, stdin, io.Discard, tell)
		tell.Close()
		ended <- code
	}()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for lines := bufio.NewScanner(errs); lines.Scan(); {
		address, found := strings.CutPrefix(strings.TrimSpace(lines.Text()), "http")
		if !found {
			continue
		}
		response, err := browser.Get("http" + address)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		go func() { _, _ = io.Copy(io.Discard, errs) }() // both end with the command
		go func() { _, _ = io.WriteString(paste, response.Header.Get("Location")+"\n") }()
		break
	}
	if code := <-ended; code != ExitOK {
		t.Fatalf("%q: exit %d", args, code)
	}
}

// demoReadme does what the README shows of the demo that was kept.
func demoReadme(t *testing.T, home, dir string) {
	var first matchLine
	for text := range strings.Lines(ok(t, home, dir, "match", "list", "--state", "review", "--limit", "1", "--json")) {
		if err := json.Unmarshal([]byte(text), &first); err == nil && first.Record != "" {
			break
		}
	}
	for _, command := range block(t, "## Go on", "**Your own connections.**") {
		args := strings.Fields(strings.NewReplacer("/tmp/demo", dir, "RECORD", first.Record).Replace(command))[1:]
		if len(args) < 3 || args[0] == "demo" {
			continue // the console, and the demo that is there
		}
		if code, _, errs := call(t, home, args...); code != ExitOK {
			t.Errorf("%s: exit %d: %s", command, code, errs)
		}
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
