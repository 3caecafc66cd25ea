package machine

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// write puts a file into a directory of its own.
func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, File)
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
	return dir
}

func TestReadGivesWhatIsSet(t *testing.T) {
	dir := write(t, "# ours\n[console]\nascii = true\nmouse = false\n\n[serve] # here\nidle = \"15m\"\nwatch = '/srv/in'\n[store]\nread_cache = \"16MiB\"\n", 0o600)
	settings, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"console.ascii": "true", "console.mouse": "false", "serve.idle": "15m", "serve.watch": "/srv/in", ReadCache: "16MiB"} {
		if text, set := settings.Text(name); !set || text != want {
			t.Errorf("%s: %q %v, want %q", name, text, set, want)
		}
	}
	if text, set := settings.Text("serve.ssh"); set {
		t.Errorf("serve.ssh is set to %q", text)
	}
	if got, want := settings.Place("serve.idle"), filepath.Join(dir, File)+":7"; got != want {
		t.Errorf("place %s, want %s", got, want)
	}
}

func TestDottedKeysAndInlineTablesAreTheSame(t *testing.T) {
	for _, text := range []string{"[serve]\nidle = '1h'\n", "serve.idle = '1h'\n", "serve = { idle = '1h' }\n", "\"serve\".\"idl\\u0065\" = \"1h\"\r\n"} {
		settings, err := parse(File, []byte(text))
		if got, _ := settings.Text("serve.idle"); err != nil || got != "1h" {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	for name, c := range map[string]struct{ text, says, hint string }{
		"unknown key":         {"[serve]\nidle = '1h'\nshh = '127.0.0.1:22'\n", ":3: there is no setting serve.shh", "ssh"},
		"key of elsewhere":    {"[console]\nidle = '1h'\n", ":2: there is no setting console.idle", "did you mean serve.idle"},
		"key without section": {"\ntheme = 'dark'\n", ":2: there is no setting theme", "did you mean console.theme"},
		"unknown section":     {"[server]\n", ":1: there is no section [server]", ""},
		"section in section":  {"[serve.ssh]\n", ":1: there is no section [serve.ssh]", ""},
		"unknown table":       {"\nserver = { idle = '1h' }\n", ":2: there is no section server", ""},
		"list of sections":    {"[[serve]]\nidle = '1h'\n", ":1: [[serve]] is a list", "[serve]"},
		"other case":          {"[serve]\nIdle = '1h'\n", ":2: there is no setting serve.Idle", ""},
		"switch as text":      {"[console]\nascii = 'yes'\n", ":2: console.ascii takes true or false", "ascii = true"},
		"text as number":      {"[serve]\nidle = 30\n", ":2: serve.idle takes a text in quotes", `idle = "15m"`},
		"list":                {"[serve]\nssh = ['a']\n", ":2: serve.ssh takes a text in quotes", ""},
		"table for a value":   {"[serve]\nssh = { a = 1 }\n", ":2: there is no section serve.ssh", ""},
		"word":                {"[console]\ntheme = 'pink'\n", `:2: console.theme takes auto, dark, light or mono, not "pink"`, ""},
		"time":                {"[serve]\nidle = '0s'\n", ":2: serve.idle takes a time above zero", ""},
		"size":                {"[store]\nballast = '64MB'\n", ":2: store.ballast takes a size", ""},
		"tiny cache":          {"[store]\nread_cache = '1KiB'\n", ":2: store.read_cache takes a size from 1MiB to 1GiB", ""},
		"address":             {"[serve]\nmetrics = 'localhost'\n", ":2: serve.metrics takes an address with a port", ""},
		"port":                {"[serve]\nssh = 'localhost:70000'\n", ":2: serve.ssh takes an address with a port", ""},
		"proxy":               {"[network]\nproxy = 'user:hunter2@proxy'\n", ":2: network.proxy takes the address of a proxy", ""},
		"empty":               {"[network]\nca_file = ''\n", ":2: network.ca_file is empty", ""},
		"line break":          {"[store]\nkey_file = \"a\\nb\"\n", ":2: store.key_file has a line break", ""},
		"twice":               {"[serve]\nidle = '1h'\nidle = '2h'\n", ":3: key idle is already defined", ""},
		"not TOML":            {"[serve]\nidle = 1h\n", ":2: ", ""},
		"not closed":          {"[serve\n", ":1: ", ""},
	} {
		_, err := Read(write(t, c.text, 0o600))
		var wrong *Wrong
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), File+c.says) || !strings.Contains(wrong.Hint(), c.hint) || wrong.Hint() == "" || wrong.Code() != "machine.invalid" {
			t.Errorf("%s: %q (%s, %s)", name, err, wrong.Code(), wrong.Hint())
		}
		if strings.Contains(err.Error()+wrong.Hint(), "hunter2") {
			t.Errorf("%s: the password is told: %v", name, err)
		}
	}
}

func TestNoFileSetsNothing(t *testing.T) {
	settings, err := Read(t.TempDir())
	if err != nil || len(settings.Tell()) > 0 {
		t.Errorf("%v %v", settings, err)
	}
}

func TestFolderAndFloodAreRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, File), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "it cannot be read") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Read(write(t, strings.Repeat("#", maxBytes+1), 0o600)); err == nil || !strings.Contains(err.Error(), "larger than 64 KiB") {
		t.Errorf("a flood: %v", err)
	}
}

func TestOthersMayNotChangeItNorReadAPassword(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	const plain, password = "[console]\nascii = true\n", "[network]\nproxy = 'http://ana:hunter2@proxy:3128'\n"
	for _, c := range []struct {
		text string
		mode os.FileMode
		ok   bool
	}{
		{plain, 0o600, true}, {plain, 0o644, true}, {plain, 0o664, false}, {plain, 0o602, false},
		{password, 0o600, true}, {password, 0o640, false}, {password, 0o604, false}, {"[network]\nproxy = 'http://proxy:3128'\n", 0o644, true},
	} {
		_, err := Read(write(t, c.text, c.mode))
		var wrong *Wrong
		if (err == nil) != c.ok || !c.ok && (!errors.As(err, &wrong) || wrong.Code() != "machine.shared" || !strings.Contains(wrong.Hint(), "chmod 600")) {
			t.Errorf("mode %04o of %q: %v", c.mode, c.text, err)
		}
	}
}

func TestTemplateSetsNothingAndEachOfItsLinesIsRight(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []bool{true, false} {
		if made, err := Write(dir); err != nil || made != want {
			t.Fatalf("made %v %v, want %v", made, err, want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, File))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	settings, err := Read(dir)
	if err != nil || len(settings.values) > 0 {
		t.Fatalf("%v %v", settings.values, err)
	}
	var lines []string
	for line := range strings.Lines(string(Template())) {
		if text, commented := strings.CutPrefix(line, "# "); commented && strings.Contains(text, " = ") {
			line = text
		}
		lines = append(lines, line)
	}
	settings, err = parse(File, []byte(strings.Join(lines, "")))
	if err != nil || len(settings.values) != len(Keys()) {
		t.Fatalf("%d of %d settings: %v", len(settings.values), len(Keys()), err)
	}
}

func TestHelpFitsTheTerminal(t *testing.T) {
	for _, line := range HelpLines() {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
}

func TestWhatIsToldNamesNothing(t *testing.T) {
	settings, err := parse(File, []byte("[console]\ntheme = 'dark'\n[network]\nproxy = 'http://ana:hunter2@proxy:3128'\n[store]\nkey_file = '/home/ana/key'\nballast = '1GiB'\n"))
	if err != nil {
		t.Fatal(err)
	}
	told := settings.Tell()
	want := []Told{{Key: "console.theme", Value: "dark", Line: 2}, {Key: KeyFile, Length: 13, Line: 6}, {Key: Ballast, Value: "1GiB", Line: 7}, {Key: Proxy, Length: 29, Line: 4}}
	if len(told) != len(want) {
		t.Fatalf("%+v", told)
	}
	for i := range want {
		if told[i] != want[i] {
			t.Errorf("%+v, want %+v", told[i], want[i])
		}
	}
	key, _ := Find(Proxy)
	if text := key.Hidden("http://ana:hunter2@proxy:3128"); strings.Contains(text, "hunter2") || !strings.Contains(text, "proxy:3128") {
		t.Errorf("shown as %s", text)
	}
}

// A file is either refused with a place, or all that it sets is what its settings take.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{string(Template()), "[serve]\nidle = '1h'\n", "serve = { idle = '1h', ssh = ':22' }", "[console]\nascii = true", "a.b.c = 1\n[[x]]",
		"\"\\u0000\" = 1", "[serve]\nidle = \"\"\"1h\"\"\"", "\xef\xbb\xbf[serve]", "[network]\nproxy = 'http://a:b@c'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := parse(File, []byte(text))
		if err != nil {
			var wrong *Wrong
			if !errors.As(err, &wrong) || wrong.Hint() == "" || wrong.Line < 0 || wrong.Line > strings.Count(text, "\n")+1 {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		for name, v := range settings.values {
			key, known := Find(name)
			if !known || v.line < 1 || !key.form.onOff && key.form.check(v.text) != nil || key.form.onOff && v.text != "true" && v.text != "false" {
				t.Fatalf("%q sets %s to %q in line %d", text, name, v.text, v.line)
			}
		}
	})
}
