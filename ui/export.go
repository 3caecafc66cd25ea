package ui

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"crmsync/ui/report"

	tea "github.com/charmbracelet/bubbletea"
)

// exportPage is how many rows of a list are read at a time for a file.
const exportPage = 1000

// exporter writes the rows of a list to a file.
type exporter struct {
	name    string   // of the list, in words
	headers []string // of its columns
	rows    func(ctx context.Context, each func(cells []string) error) error
}

// exporter makes the list one for export: every column, also those that the window has no room for.
func (l *list[T]) exporter(noun string) exporter {
	x := exporter{name: strings.TrimPrefix(lowerFirst(noun), "the ")}
	columns := append(append([]column[T]{}, l.columns...), l.more...)
	for _, c := range columns {
		x.headers = append(x.headers, c.title)
	}
	source := l.pager.source
	x.rows = func(ctx context.Context, each func([]string) error) error {
		cells := make([]string, len(columns))
		for seek := (Seek{Edge: First, Limit: exportPage}); ; {
			page, err := source.Page(ctx, seek)
			if err != nil {
				return err
			}
			for i := range page.Rows {
				for j, c := range columns {
					cells[j] = c.cell(&page.Rows[i])
				}
				if err := each(cells); err != nil {
					return err
				}
			}
			if page.After == "" || len(page.Rows) == 0 {
				return nil
			}
			seek = Seek{Edge: After, Cursor: page.After, Limit: exportPage}
		}
	}
	return x
}

// exportDialog asks for the form of the file.
type exportDialog struct {
	*Session
	what exporter
}

// Update takes the form.
func (d *exportDialog) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keyName(key) {
	case "c", "enter":
		d.tell(closeMsg{})
		return d.export(d.what, "csv")
	case "n":
		d.tell(closeMsg{})
		return d.export(d.what, "ndjson")
	case "esc", "q":
		return d.tell(closeMsg{})
	}
	return nil
}

// View says what is written, and where.
func (d *exportDialog) View(w, _ int) []string {
	t := d.Theme
	inner := min(60, w-8)
	line := func(key, text string) string { return "  " + t.Key.Render(key) + "  " + t.Text.Render(text) }
	var lines []string
	for _, part := range wrap("Everything that the list shows now, to the current directory, or beside the store when that cannot be written to.", inner) {
		lines = append(lines, t.Text.Render(part))
	}
	return t.box("Export "+d.what.name, append(lines, "", line("c", "CSV, for a spreadsheet"), line("n", "NDJSON, for a program"), "", t.Quiet.Render("esc leaves it")), inner, t.Border)
}

// Actions are the forms.
func (d *exportDialog) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	return []Action{
		{ID: "export.csv", Keys: []string{"c"}, Short: "CSV", Foot: true, Local: true, Do: nothing},
		{ID: "export.ndjson", Keys: []string{"n"}, Short: "NDJSON", Foot: true, Local: true, Do: nothing},
		{ID: "dialog.no", Keys: []string{"esc"}, Short: "cancel", Foot: true, Local: true, Do: nothing},
		d.dialogHelp("Export", func() []Action {
			return []Action{{Keys: []string{"c", "enter"}, Group: "Answer", Short: "CSV"}, {Keys: []string{"n"}, Group: "Answer", Short: "NDJSON"}, {Keys: []string{"esc", "q"}, Group: "Answer", Short: "cancel"}}
		}),
	}
}

// Line says that nothing was written yet.
func (d *exportDialog) Line() string { return "nothing is written yet" }

// Guarded is false: it was asked for, and only a letter of its own writes anything.
func (d *exportDialog) Guarded() bool { return false }

// exportAction is the key of every list.
func (s *Session) exportAction(of func() exporter) Action {
	return Action{ID: "list.export", Keys: []string{"e"}, Group: "Out", Name: "List: export what is shown to a file", Short: "export", Local: true, Why: s.noFiles,
		Do: func() tea.Cmd { return s.tell(openMsg{&exportDialog{s, of()}}) }}
}

func (s *Session) noFiles() string {
	if s.Services.Files == nil {
		return "no file can be written from here; list it as JSON: ssh HOST match list --json"
	}
	return ""
}

// export writes a list to a new file, and says where it is.
func (s *Session) export(what exporter, form string) tea.Cmd {
	name := fmt.Sprintf("crmsync-%s-%s.%s", strings.ReplaceAll(what.name, " ", "-"), s.now().Format("20060102-150405"), form)
	return func() tea.Msg {
		path, rows, err := s.writeExport(what, form, name)
		if err != nil {
			return actedMsg{err: err, what: "export " + what.name}
		}
		return openMsg{&notice{Session: s, title: "Exported", lines: func(w int) []string {
			lines := []string{s.Theme.sign(StateGood, count(rows, "row", "rows")+" of "+what.name+" written to"), ""}
			for _, part := range hardWrap(clean(path), w-2) {
				lines = append(lines, "  "+s.Theme.Text.Render(part))
			}
			return append(lines, "", s.Theme.Quiet.Render("Only you can read the file."))
		}}}
	}
}

func (s *Session) writeExport(what exporter, form, name string) (path string, rows int, err error) {
	file, path, err := s.Services.Files.Create(name)
	if err != nil {
		return "", 0, err
	}
	buffered := bufio.NewWriter(file)
	write := writeNDJSON
	if form == "csv" {
		write = writeCSV
	}
	rows, err = write(s.ctx, buffered, what)
	return path, rows, errors.Join(err, buffered.Flush(), file.Close())
}

// writeCSV writes a list as comma-separated values that a spreadsheet reads as text: no cell is taken for a formula.
func writeCSV(ctx context.Context, out io.Writer, what exporter) (rows int, err error) {
	w := csv.NewWriter(out)
	if err := w.Write(what.headers); err != nil {
		return 0, err
	}
	err = what.rows(ctx, func(cells []string) error {
		safe := make([]string, len(cells))
		for i, cell := range cells {
			safe[i] = report.Harmless(cell)
		}
		rows++
		return w.Write(safe)
	})
	w.Flush()
	return rows, errors.Join(err, w.Error())
}

// writeNDJSON writes a list as one JSON object per line, its keys in the order of the columns.
func writeNDJSON(ctx context.Context, out io.Writer, what exporter) (rows int, err error) {
	keys := make([][]byte, len(what.headers))
	for i, header := range what.headers {
		if keys[i], err = json.Marshal(strings.ReplaceAll(strings.ToLower(header), " ", "_")); err != nil {
			return 0, err
		}
	}
	err = what.rows(ctx, func(cells []string) error {
		line := []byte{'{'}
		for i, cell := range cells {
			value, err := json.Marshal(cell)
			if err != nil {
				return err
			}
			if i > 0 {
				line = append(line, ',')
			}
			line = append(append(append(line, keys[i]...), ':'), value...)
		}
		rows++
		_, err := out.Write(append(line, '}', '\n'))
		return err
	})
	return rows, err
}

// moment is a time in a file; "" for none.
func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
