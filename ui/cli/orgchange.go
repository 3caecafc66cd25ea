package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"crmsync/sync/salesforce/orgsim"
)

// orgAddress is where org serve listens unless it is told otherwise.
const orgAddress = "127.0.0.1:8766"

func newOrgChange(a *app) *cobra.Command {
	change := orgsim.Change{}
	var url string
	var set []string
	cmd := &cobra.Command{
		Use:   "change KIND [ID]",
		Short: "Let something happen in the built-in org",
		Long: "Changes the built-in org's records as people in Salesforce would, for an import to find that begins five\n" +
			"minutes later or more: an import leaves the newest five minutes to the next, since an org commits records\n" +
			"late, with older stamps.\n\n" +
			"Kinds: create, update, owner, stage, delete, undelete, purge (from the recycle bin), merge (into --into),\n" +
			"convert (a lead; --into names an account to use), revoke (the sign-in) and expire (all sessions).\n\n" +
			"In the data directory of a demo it is the demo's org; otherwise one started by: crmsync org serve",
		Example: "  crmsync org change merge 003ua0000000001AAA --into 003ua0000000002AAA\n" +
			"  crmsync org change stage 006ua0000000001AAA --set StageName='Closed Won'\n" +
			"  crmsync org change create --object Opportunity --set Name=Deal --set StageName=Prospecting --set CloseDate=2027-01-31 --set Amount:=12.5",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return exactArgs("a kind", "the id of a record")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			change.Kind, change.ID = args[0], strings.Join(args[1:], "")
			var err error
			if change.Fields, err = parseFields(set); err != nil {
				return err
			}
			var result orgsim.ChangeResult
			if err := a.askOrg(cmd.Context(), url, http.MethodPost, "change", change, &result); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(result)
			}
			a.printf("%s\n", strings.TrimSpace("done "+strings.Join(result.IDs, " ")))
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&change.Object, "object", "", "`object` to create")
	flags.StringVar(&change.Into, "into", "", "`id` of the record that a merge keeps, or of the account of a conversion")
	flags.StringArrayVar(&set, "set", nil, "`field` to set, as NAME=TEXT or NAME:=JSON; may be given again")
	orgURL(cmd, &url)
	return cmd
}

func newOrgFaults(a *app) *cobra.Command {
	var url string
	var none bool
	cmd := &cobra.Command{
		Use:   "faults [NAME…]",
		Short: "Switch faults of the running built-in org on or off",
		Long: "Replaces the faults that the built-in org shows by those named; each is NAME, NAME:TIMES or NAME=ARGUMENT:TIMES,\n" +
			"where TIMES may be * for always. Without a name it tells which are on. Names: crmsync org scenarios",
		Example: "  crmsync org faults cut-csv:2 hidden-field=Contact.Email\n  crmsync org faults --none",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, names []string) error {
			var answer struct {
				On []string `json:"on"`
			}
			method, body := http.MethodGet, any(nil)
			if len(names) > 0 || none {
				method, body = http.MethodPut, map[string]any{"scenarios": names}
			}
			if err := a.askOrg(cmd.Context(), url, method, "scenarios", body, &answer); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(answer)
			}
			if len(answer.On) == 0 {
				a.printf("no faults are on\n")
			}
			for _, name := range answer.On {
				a.printf("%s\n", name)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&none, "none", false, "switch all faults off")
	orgURL(cmd, &url)
	return cmd
}

func orgURL(cmd *cobra.Command, url *string) {
	cmd.Flags().StringVar(url, "url", "", "`address` of the org (default the demo's, else http://"+orgAddress+")")
}

// parseFields reads NAME=TEXT and NAME:=JSON.
func parseFields(set []string) (map[string]json.RawMessage, error) {
	fields := map[string]json.RawMessage{}
	for _, text := range set {
		name, value, ok := strings.Cut(text, "=")
		name, raw := strings.CutSuffix(name, ":")
		if !raw {
			quoted, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			value = string(quoted)
		}
		if !ok || name == "" || !json.Valid([]byte(value)) {
			return nil, &failure{code: "cli.usage", message: fmt.Sprintf("--set %q is neither NAME=TEXT nor NAME:=JSON", text), hint: "for instance: --set Title=Director --set Amount:=12.5"}
		}
		fields[name] = json.RawMessage(value)
	}
	return fields, nil
}

// askOrg asks the admin address of the org at url. Without one it is the demo's org, which is started for it
// when no process runs it, or the one that org serve runs.
func (a *app) askOrg(ctx context.Context, url, method, resource string, body, answer any) (err error) {
	if url == "" {
		dir, err := a.dataDir()
		if err != nil {
			return err
		}
		demo, err := readDemo(dir)
		if err != nil {
			return err
		}
		url = "http://" + orgAddress
		if demo != nil {
			org, stop, started := demo.start(ctx, dir)
			if started != nil {
				return started
			}
			defer func() { err = errors.Join(err, stop()) }()
			if org != nil && resource == "scenarios" {
				return &failure{code: "org.unreachable", message: "no process runs the demo's org, and faults last no longer than that", hint: "open the demo's console first: crmsync --dir " + dir}
			}
			url = demo.URL()
		}
	}
	return callOrg(ctx, strings.TrimSuffix(url, "/"), method, resource, body, answer)
}

func callOrg(ctx context.Context, url, method, resource string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return &failure{code: "cli.usage", message: fmt.Sprintf("%q is not the address of an org", url), hint: "for instance: --url http://" + orgAddress}
	}
	request, err := http.NewRequestWithContext(ctx, method, url+"/admin/"+resource, bytes.NewReader(text))
	if err != nil {
		return &failure{code: "org.address", message: fmt.Sprintf("%q is not the address of an org: %v", url, err), hint: "for instance: --url http://" + orgAddress}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return &failure{code: "org.unreachable", message: fmt.Sprintf("no built-in org answers at %s: %v", url, err), hint: "start one: crmsync org serve; or name its address with --url"}
	}
	defer response.Body.Close()
	all, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("reading the org's answer: %w", err)
	}
	var refused []struct{ ErrorCode, Message string }
	switch {
	case response.StatusCode == http.StatusOK && json.Unmarshal(all, answer) == nil:
		return nil
	case json.Unmarshal(all, &refused) == nil && len(refused) > 0:
		return &failure{code: "org.refused", message: fmt.Sprintf("the org refuses it: %s (%s)", refused[0].Message, refused[0].ErrorCode), hint: "see: crmsync help org change, crmsync org scenarios"}
	}
	return &failure{code: "org.address", message: fmt.Sprintf("what answers at %s is no built-in org (HTTP %d)", url, response.StatusCode), hint: "name the org's address with --url"}
}
