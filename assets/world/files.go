package world

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// dialect is one of the ways in which archives are written.
type dialect struct {
	header   []string
	preamble string
	bom      bool
	crlf     bool
	months   string // of Connected On, from January on
}

const english = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"

// dialects: the archives of the three seats differ as they do in life.
var dialects = []dialect{
	{
		header: []string{"First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"}, months: english,
		preamble: "Notes:\n\"When exporting your connection data, you may notice that some of the email addresses are missing. " +
			"You will only see email addresses for connections who have allowed their connections to see or download their email address " +
			"using this setting https://www.linkedin.com/psettings/privacy/email. You can learn more here https://www.linkedin.com/help/linkedin/answer/261\"\n\n",
	},
	{
		header: []string{"Vorname", "Nachname", "URL", "E-Mail-Adresse", "Unternehmen", "Position", "Verbunden am"}, months: english,
		bom: true, crlf: true,
	},
	{
		header: []string{"Prénom", "Nom", "URL", "Adresse e-mail", "Entreprise", "Poste", "Date de connexion"}, bom: true,
		months:   "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
		preamble: "Notes :\n\"En exportant vos données de connexions, il se peut que certaines adresses e-mail soient manquantes.\"\n\n",
	},
}

// WriteConnections writes the Connections.csv of a seat as the network's
// archive has it. Each seat's is written in another language and dialect.
func (w *World) WriteConnections(out io.Writer, seat int) error {
	dialect := dialects[seat%len(dialects)]
	table, err := begin(out, dialect)
	if err != nil {
		return err
	}
	months := strings.Fields(dialect.months)
	for n := range w.connections() {
		m, day := w.directory(w.firstConnection(seat)+n), w.connected(seat, n)
		on := fmt.Sprintf("%02d %s %d", day.Day(), months[day.Month()-1], day.Year())
		if err := table.Write([]string{m.FirstName, m.LastName, m.ProfileURL, m.Email, m.Company, m.Position, on}); err != nil {
			return fmt.Errorf("write connections: %w", err)
		}
		if n%401 == 400 { // deleted accounts leave an empty row
			if err := table.Write(make([]string, len(dialect.header))); err != nil {
				return fmt.Errorf("write connections: %w", err)
			}
		}
	}
	return finish(table)
}

func begin(out io.Writer, d dialect) (*csv.Writer, error) {
	top := d.preamble
	if d.crlf {
		top = strings.ReplaceAll(top, "\n", "\r\n")
	}
	if d.bom {
		top = "\ufeff" + top
	}
	if _, err := io.WriteString(out, top); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	table := csv.NewWriter(out)
	table.UseCRLF = d.crlf
	if err := table.Write(d.header); err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return table, nil
}

func finish(table *csv.Writer) error {
	table.Flush()
	if err := table.Error(); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return nil
}

// WritePeople writes a list of people with more columns than an archive has:
// those members whom no seat is connected with, and a few of the others.
func (w *World) WritePeople(out io.Writer) error {
	table, err := begin(out, dialect{header: []string{
		"First Name", "Last Name", "LinkedIn URL", "Headline", "Job Title", "Company", "Email", "City", "Country", "Past Company", "Past Title",
	}})
	if err != nil {
		return err
	}
	for place := w.firstListed(); place < w.layout.members; place++ {
		m := w.directory(place)
		var past Position
		if len(m.Past) > 0 {
			past = m.Past[0]
		}
		if err := table.Write([]string{
			m.FirstName, m.LastName, m.ProfileURL, m.Headline, m.Position, m.Company, m.Email, m.City, m.Country, past.Company, past.Title,
		}); err != nil {
			return fmt.Errorf("write people: %w", err)
		}
	}
	return finish(table)
}

// WriteCompanies writes a list of companies: three in four of the world's.
func (w *World) WriteCompanies(out io.Writer) error {
	table, err := begin(out, dialect{bom: true, header: []string{
		"Company Name", "Company LinkedIn URL", "Website", "Industry", "Employees", "Phone", "Street", "City", "State", "Postal Code", "Country",
	}})
	if err != nil {
		return err
	}
	for i := range w.layout.companies {
		if !w.Listed(i) {
			continue
		}
		c := w.Company(i)
		if err := table.Write([]string{
			c.Name, c.PageURL, c.Website, c.Industry, strconv.Itoa(c.Employees), c.Phone, c.Street, c.City, c.State, c.PostalCode, c.Country,
		}); err != nil {
			return fmt.Errorf("write companies: %w", err)
		}
	}
	return finish(table)
}

// Files returns the network's files as a file system: "people.csv",
// "companies.csv", and for each seat "EMAIL/Connections.csv" and
// "EMAIL/messages.csv". A file is made when it is opened.
func (w *World) Files() fs.FS { return files{w} }

type files struct{ world *World }

// Open implements [fs.FS].
func (f files) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	write := f.writer(name)
	if write == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &file{Reader: bytes.NewReader(text.Bytes()), name: name[strings.LastIndexByte(name, '/')+1:], size: int64(text.Len())}, nil
}

func (f files) writer(name string) func(io.Writer) error {
	switch name {
	case "people.csv":
		return f.world.WritePeople
	case "companies.csv":
		return f.world.WriteCompanies
	}
	email, name, _ := strings.Cut(name, "/")
	for s := range seats {
		if f.world.Seat(s).Email != email {
			continue
		}
		switch name {
		case "Connections.csv":
			return func(out io.Writer) error { return f.world.WriteConnections(out, s) }
		case "messages.csv":
			return func(out io.Writer) error { return f.world.WriteMessages(out, s) }
		}
	}
	return nil
}

type file struct {
	*bytes.Reader
	name string
	size int64
}

func (f *file) Close() error               { return nil }
func (f *file) Stat() (fs.FileInfo, error) { return info{f}, nil }

type info struct{ file *file }

func (i info) Name() string       { return i.file.name }
func (i info) Size() int64        { return i.file.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return Today }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
