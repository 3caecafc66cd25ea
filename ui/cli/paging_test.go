package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// listsByOtherWords are lists whose summary does not begin with that they list.
var listsByOtherWords = []string{"crmsync licences roles", "crmsync match reasons", "crmsync match search", "crmsync search", "crmsync writeback shadow"}

// Every command that lists takes --limit and --cursor; a group that lists has the flags of its list.
func TestEveryListPages(t *testing.T) {
	lists := 0
	everyCommand(func(cmd *cobra.Command) {
		if !strings.HasPrefix(cmd.Short, "List ") && !slices.Contains(listsByOtherWords, cmd.CommandPath()) || !cmd.Runnable() {
			return
		}
		lists++
		for _, flag := range []string{"limit", "cursor"} {
			if cmd.Flags().Lookup(flag) == nil {
				t.Errorf("%s has no --%s", cmd.CommandPath(), flag)
			}
		}
	})
	if lists < 25 {
		t.Errorf("%d lists were found", lists)
	}
}

// A list that is read whole comes in pages that together are the list.
func TestWholeListsInPages(t *testing.T) {
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	for _, list := range []string{"settings", "settings machine", "schedule", "org scenarios", "match reasons", "match queue", "network sources", "users", "users find", "key", "user", "licences roles"} {
		words := append(strings.Fields(list), "--json")
		code, whole, errs := call(t, home, words...)
		if code != ExitOK || strings.Contains(errs, "cursor") {
			t.Fatalf("%s: exit %d, %s", list, code, errs)
		}
		var pages strings.Builder
		for cursor := ""; ; {
			page := slices.Concat(words, []string{"--limit", "2"})
			if cursor != "" {
				page = append(page, "--cursor", cursor)
			}
			code, out, errs := call(t, home, page...)
			if code != ExitOK || strings.Count(out, "\n") > 2 {
				t.Fatalf("%s: exit %d, %q %q", list, code, out, errs)
			}
			pages.WriteString(out)
			var more struct{ More struct{ Cursor string } }
			if errs == "" {
				break
			}
			if err := json.Unmarshal([]byte(errs), &more); err != nil || more.More.Cursor == "" || more.More.Cursor == cursor {
				t.Fatalf("%s goes on by %q: %v", list, errs, err)
			}
			cursor = more.More.Cursor
		}
		if pages.String() != whole {
			t.Errorf("%s: in pages\n%s\nas a whole\n%s", list, pages.String(), whole)
		}
		for _, place := range []string{"-1", "0", "rubbish"} {
			if code, out, errs := call(t, home, append(words, "--cursor", place)...); code != ExitUsage || out != "" || !strings.Contains(errs, `"store.cursor"`) {
				t.Errorf("%s --cursor %s: exit %d, %q %q", list, place, code, out, errs)
			}
		}
		if code, out, errs := call(t, home, append(words, "--cursor", "9000000000")...); code != ExitOK || out != "" {
			t.Errorf("%s behind its end: exit %d, %q %q", list, code, out, errs)
		}
	}
}
