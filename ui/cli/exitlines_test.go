package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command line that cannot be meant so exits with 2, and nothing was done; one that fails because of how things stand
// does not. FILE is a file that holds nothing of use, NONE one that is not there.
func TestExitCodesOfCommandLines(t *testing.T) {
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	useless := filepath.Join(home, "useless.txt")
	if err := os.WriteFile(useless, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("FILE", useless, "NONE", filepath.Join(home, "none"))
	for want, lines := range exitsOfLines {
		for line := range strings.Lines(lines) {
			line = strings.TrimSpace(line)
			if line == "" {
				continue
			}
			code, _, errs := call(t, home, strings.Fields(names.Replace(line))...)
			if code != want {
				t.Errorf("crmsync %s: exit %d, want %d: %s", line, code, want, errs)
			}
			if want != ExitOK && !strings.Contains(errs, "\n  ") {
				t.Errorf("crmsync %s: no hint in %q", line, errs)
			}
		}
	}
	if code, out, _ := call(t, home, "audit", "--json"); code != ExitOK || strings.Count(out, "\n") > 2 {
		t.Errorf("a wrong call did something: %s", out)
	}
}

// exitsOfLines are command lines by their exit code, in a store that was never connected.
var exitsOfLines = map[int]string{
	ExitUsage: `
		connect
		connect --client-id k --login-host ftp://x
		connect --client-id k --login-host http://example.com
		connect --access-token-stdin
		connect --access-token-stdin --instance-url http://example.com
		connect --jwt-key FILE
		connect --jwt-key FILE --username u --client-id k
		--theme pink status
		import --object Nothing
		network import FILE
		network import FILE --seat nobody
		network import FILE --seat a@b.c --as wrong
		network watch NONE --every -1s
		match run --object x
		match list --sort x
		match list --cursor rubbish
		match accept
		match rematch 003000000000000AAA
		match rematch 006000000000000AAA p-1
		match bulk --yes
		match bulk --from 101
		match none
		match search
		users add
		users add nomail
		users add a@b.c --profile nonsense
		users edit a@b.c
		users edit a@b.c --profile nonsense
		users allow a@b.c
		licences plan
		licences apply
		user add
		user add bob --role king
		key add bob FILE
		saves --reason rubbish
		saves remove
		saves clean --reason rubbish
		alerts --limit 0
		roi report --period yesterday
		roi consent maybe
		settings set
		settings set import.every_hours zero
		settings preview import.every_hours zero
		settings set contract.currency Euro
		audit --cursor x
		writeback enable rubbish
		writeback retry
		writeback retry x --all
		writeback outbox --cursor rubbish
		writeback status --window -1h
		writeback status --window x
		writeback trial run --kind rubbish
		writeback shadow --limit 0
		writeback remove
		me writeback on rubbish
		me writeback maybe inmail
		me import
		activity add --body x
		activity add --with p --body x --kind rubbish
		activity add --with p --body x --at tomorrow
		disconnect --org x
		backup
		backup NONE
		backup NONE --recipient nonsense
		restore FILE
		export
		export rubbish
		config import FILE
		serve --ssh nonsense
		serve --metrics nonsense
		serve --log loud
		serve --idle 0s
		person show
		replay a b
		runs --kind x
		runs show
		runs --cursor rubbish
		support-bundle
		org serve --size x
		org serve --listen 0.0.0.0:0
		org serve --scenario rubbish
		org faults --url nonsense
		bench import --size x
		bench console --rows -5
		bench console --keys 0
		demo --size x
		schedule pause x
		schedule stop writeback
		approvals approve
		help rubbish
		version x
		keys x
		--as a@b.c status`,
	ExitFailed: `
		connect --jwt-key NONE --username u --client-id k
		network import NONE --seat a@b.c
		network import FILE --seat a@b.c
		network watch NONE
		licences apply NONE
		key add bob NONE
		roi report
		config import NONE
		serve --watch NONE
		support-bundle /nowhere/f
		match eval --crm NONE --directory NONE`,
	ExitForbidden: `
		me alerts read
		me saves`,
	ExitNotFound: `
		match show rubbish
		users allow nobody@b.c --autosave
		users edit nobody@b.c --name X
		saves --seat nobody@b.c
		settings set nothing 1
		undo rubbish
		writeback retry nothing
		person show nobody
		runs show nothing
		replay nothing
		approvals approve x`,
	ExitNotConnected: `
		status
		doctor
		import
		writeback run
		writeback shadow
		writeback trial run
		disconnect`,
}
