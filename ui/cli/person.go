package cli

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

const whichPerson = "a person: id, profile address, e-mail address, or the id of a CRM record matched with them"

func newPerson(a *app) *cobra.Command {
	show := &cobra.Command{
		Use:   "show PERSON",
		Short: "Show everything that is kept, and was written, about one person",
		Long: "Shows everything that is kept here, and that was written to the CRM, about one person of the network.\n" +
			"PERSON is an id, a profile address, an e-mail address, or the id of a CRM record matched with them.",
		Args: exactArgs(whichPerson),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			dossier, err := s.engine.Person(ctx, s.actor, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(dossier)
			}
			return a.printPerson(dossier)
		}),
	}
	return group("person", "One person: what is kept of them, taken out, or erased", show, newPersonExport(a), newPersonErase(a))
}

func (a *app) printPerson(d crmsync.PersonDossier) error {
	p := d.Person
	a.printf("%s\n", printable(p.Name))
	for _, field := range [][2]string{{"id", p.ID}, {"profile", p.ProfileURL}, {"title", p.Title}, {"company", p.Company}, {"e-mail", p.Email}, {"phone", p.Phone},
		{"place", strings.TrimSpace(p.Location + " " + p.City + " " + p.Country)}} {
		if field[1] != "" {
			a.printf("  %-10s %s\n", field[0], printable(field[1]))
		}
	}
	if d.Source != nil {
		a.printf("  %-10s %s, %s, read %s by %s\n", "from", printable(d.Source.File), d.Source.Kind, when(d.Source.ImportedAt), printable(d.Source.ImportedBy))
		a.printf("  %-10s %s\n", "on ground", orDash(printable(d.Source.Consent)))
	}
	var rows [][]string
	add := func(what string, n int, note string) { rows = append(rows, []string{what, fmt.Sprint(n), note}) }
	add("positions", len(d.Positions), "")
	add("connections", len(d.Connections), "seats that are connected with them")
	add("CRM records", len(d.Matches), "linked or suggested; the CRM's own")
	add("compared with", len(d.Competing), "CRM records for which they were looked at")
	add("decisions", len(d.Decisions), "of people, about a match")
	add("activities", len(d.Activities), "with their texts: crmsync person export")
	add("saves", len(d.Saves), "")
	add("alerts", len(d.Alerts), "")
	add("audit events", len(d.Audit), "that name or quote them")
	add("in the CRM", len(d.Written), "tasks and notes that crmsync wrote")
	if err := a.table([]string{"KEPT", "ROWS", ""}, rows); err != nil {
		return err
	}
	for _, row := range d.Written {
		a.printf("  %s %s, written %s\n", row.Object, row.ID, when(row.WrittenAt))
	}
	return nil
}

func newPersonExport(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export PERSON",
		Short: "Write everything about one person to a file",
		Long: "Writes everything that is kept, and was written, about one person as JSON; as CSV, one value a row, when the\n" +
			"file's name ends in .csv; or both in one .zip. The texts of messages are in it: keep the file as carefully as\n" +
			"they deserve.",
		Example: "  crmsync person export ana@acme.com --out ana.json\n  crmsync person export ana@acme.com --out ana.csv",
		Args:    exactArgs(whichPerson),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			dossier, err := s.engine.Person(ctx, s.actor, args[0])
			if err != nil {
				return err
			}
			text, err := json.MarshalIndent(dossier, "", "  ")
			if err != nil {
				return err
			}
			if out == "" {
				a.printf("%s\n", text)
				return nil
			}
			if err := writeExport(out, append(text, '\n')); err != nil {
				return &failure{code: "person.file", message: "the export cannot be written: " + err.Error(), hint: "name another file with --out; one that exists is not written over"}
			}
			fmt.Fprintf(a.stderr, "written to %s\n", printable(out))
			return nil
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "`file` to write, for its owner alone; without it the JSON is printed")
	return cmd
}

// writeExport writes a new file for its owner alone.
func writeExport(name string, text []byte) (err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return writePersonCSV(file, text)
	case ".zip":
	default:
		_, err = file.Write(text)
		return err
	}
	archive := zip.NewWriter(file)
	entry, err := archive.Create("person.json")
	if err == nil {
		_, err = entry.Write(text)
	}
	if err == nil {
		entry, err = archive.Create("person.csv")
	}
	if err == nil {
		err = writePersonCSV(entry, text)
	}
	return errors.Join(err, archive.Close())
}

func newPersonErase(a *app) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "erase PERSON",
		Short: "Erase everything that is kept about one person, for good",
		Long: "Deletes everything that is kept here about one person of the network, for good, and overwrites it in the\n" +
			"files. The person's name has to be typed; a script gives it with --name.\n\n" +
			"Digests stay that only this store can compare, so that a later import does not bring the person back: by\n" +
			"profile address, by e-mail address, or by seat, name and company where there is no address. Backups made\n" +
			"before still hold the person. What crmsync wrote to the CRM is listed and stays there, and so do the CRM's\n" +
			"own records of the person, which the next import reads again.",
		Example: "  crmsync person erase ana@acme.com\n  crmsync person erase ana@acme.com --name 'Ana García'",
		Args:    exactArgs(whichPerson),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if err := crmsync.Allowed(s.actor, crmsync.ActPersonErase); err != nil {
				return err
			}
			if name == "" {
				person, err := s.engine.LookPerson(ctx, args[0])
				if err != nil {
					return err
				}
				if name, err = a.askName(person.Name); err != nil {
					return err
				}
			}
			receipt, err := s.engine.ErasePerson(ctx, s.actor, args[0], name)
			if receipt.AuditID == "" {
				return err
			}
			return errors.Join(a.printErasure(receipt), err)
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "the person's `name`, instead of typing it")
	return cmd
}

func (a *app) askName(name string) (string, error) {
	if !a.terminal() {
		return "", &failure{code: "usage.person_name", message: "erasing needs the person's name typed on a terminal", hint: "by script: crmsync person erase PERSON --name NAME"}
	}
	fmt.Fprintf(a.stderr, "Everything that is kept here about %s is deleted. This cannot be undone.\n\nType the person's name, %s: ", printable(name), printable(name))
	line, _ := bufio.NewReader(a.stdin).ReadString('\n')
	return strings.TrimRight(line, "\r\n"), nil
}

func (a *app) printErasure(r crmsync.ErasureReceipt) error {
	if a.json {
		return a.printJSON(r)
	}
	a.printf("erased at %s by %s, audit event %s\n", when(r.At), printable(r.By), r.AuditID)
	for _, table := range sortedKeys(r.Removed) {
		a.printf("  %-24s %9d rows\n", table, r.Removed[table])
	}
	a.printf("%s of the CRM let go of; %s kept, by which a later import leaves the person out\n", plural(r.Unlinked, "record"), plural(r.Remembered, "digest"))
	for _, row := range r.InCRM {
		a.printf("in the CRM, not deleted: %s %s, written %s\n", row.Object, row.ID, when(row.WrittenAt))
	}
	for _, id := range r.Records {
		a.printf("the CRM's own record, not deleted: %s\n", id)
	}
	if r.Warning != "" {
		a.printf("! %s\n", printable(r.Warning))
	}
	a.printf("proof: %d files read for the person's id; %d still hold it\n", r.FilesRead, r.FilesHolding)
	return nil
}
