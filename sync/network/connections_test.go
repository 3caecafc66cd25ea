package network

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const seat = "mara@ostrevik.example"

// read collects the rows of a file in memory.
func read(t *testing.T, name, content string, options Options) ([]Row, Summary, error) {
	t.Helper()
	if options.Seat == "" {
		options.Seat = seat
	}
	r, err := Open(t.Context(), Bytes(name, []byte(content)), options)
	if err != nil {
		return nil, Summary{}, err
	}
	var rows []Row
	for row, err := range r.Rows(t.Context()) {
		if err != nil {
			return rows, r.Summary(), err
		}
		rows = append(rows, row)
	}
	return rows, r.Summary(), nil
}

func mustRead(t *testing.T, name, content string, options Options) ([]Row, Summary) {
	t.Helper()
	rows, summary, err := read(t, name, content, options)
	if err != nil {
		t.Fatal(err)
	}
	return rows, summary
}

func utf16LE(text string) string {
	out := "\xff\xfe"
	for _, r := range text {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

const preamble = "Notes:\n\"When exporting your connection data, you may notice that some, if not \"\"most\"\", of the addresses are missing.\"\n\n"

// Each variant tells the same about Max, in the line named.
const (
	variantHeader = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	variantRow    = "Max,Müller,https://www.linkedin.com/in/max-muller,max@acme.example,\"ACME, GmbH\",CTO,05 Mar 2024\n"
)

// localised is the same file as an account in another language has it.
func localised(header, day string) string {
	return header + "\nMax,Müller,https://www.linkedin.com/in/max-muller,max@acme.example,\"ACME, GmbH\",CTO," + day + "\n"
}

// connectionsVariants are forms of one file that all tell of one person.
var connectionsVariants = []struct {
	name, content string
	line          int
	noURL         bool
}{
	{"plain", variantHeader + variantRow, 2, false},
	{"preamble", preamble + variantHeader + variantRow, 5, false},
	{"preamble with an odd quotation mark", "Notes:\n\"one\n\"\n" + variantHeader + variantRow, 5, false},
	{"byte order mark", "\ufeff" + variantHeader + variantRow, 2, false},
	{"byte order mark and preamble", "\ufeff" + preamble + variantHeader + variantRow, 5, false},
	{"carriage returns", strings.ReplaceAll(preamble+variantHeader+variantRow, "\n", "\r\n"), 5, false},
	{"empty rows above", strings.Repeat(",,,,,,\n", 40) + variantHeader + variantRow, 42, false},
	{"empty rows below", variantHeader + variantRow + ",,,,,,\n\n,,,,,,\n", 2, false},
	{"no line end", variantHeader + strings.TrimSuffix(variantRow, "\n"), 2, false},
	{"no column of addresses", "First Name,Last Name,Email Address,Company,Position,Connected On\nMax,Müller,max@acme.example,\"ACME, GmbH\",CTO,05 Mar 2024\n", 2, true},
	{"saved by a spreadsheet", strings.ReplaceAll(variantHeader, ",", ";") + "Max;Müller;https://www.linkedin.com/in/max-muller;max@acme.example;ACME, GmbH;CTO;05.03.2024\n", 2, false},
	{"tabs", strings.ReplaceAll(variantHeader, ",", "\t") + "Max\tMüller\thttps://www.linkedin.com/in/max-muller\tmax@acme.example\tACME, GmbH\tCTO\t2024-03-05\n", 2, false},
	{"UTF-16", utf16LE(variantHeader + variantRow), 2, false},
	{"quoted header", "\"First Name\",\"Last Name\",\"URL\",\"Email Address\",\"Company\",\"Position\",\"Connected On\"\n" + variantRow, 2, false},
	{"more columns", strings.TrimSpace(variantHeader) + ",Tags\n" + strings.TrimSpace(variantRow) + ",\n", 2, false},
	{"another order", "Connected On,Company,Last Name,First Name,URL,Position,Email Address\n05 Mar 2024,\"ACME, GmbH\",Müller,Max,https://de.linkedin.com/in/Max-Muller/?x=1,CTO,max@acme.example\n", 2, false},
	{"German", localised("Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am", "5. März 2024"), 2, false},
	{"French", localised("Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Date de connexion", "5 mars 2024"), 2, false},
	{"Spanish", localised("Nombre,Apellidos,URL,Dirección de correo electrónico,Empresa,Cargo,Fecha de conexión", "5 mar. 2024"), 2, false},
	{"Portuguese", localised("Nome,Sobrenome,URL,Endereço de e-mail,Empresa,Cargo,Conectado em", "5 de mar. de 2024"), 2, false},
	{"Italian", localised("Nome,Cognome,URL,Indirizzo e-mail,Azienda,Posizione,Data di collegamento", "05 mar 2024"), 2, false},
	{"Dutch", localised("Voornaam,Achternaam,URL,E-mailadres,Bedrijf,Functie,Verbonden op", "5 mrt. 2024"), 2, false},
	{"Polish", localised("Imię,Nazwisko,URL,Adres e-mail,Firma,Stanowisko,Data nawiązania kontaktu", "5 marca 2024"), 2, false},
	{"Swedish", localised("Förnamn,Efternamn,URL,E-postadress,Företag,Befattning,Kontakt sedan", "5 mars 2024"), 2, false},
	{"Turkish", localised("Adı,Soyadı,URL,E-posta Adresi,Şirket,Pozisyon,Bağlantı Tarihi", "05 Mar 2024"), 2, false},
	{"Russian", localised("Имя,Фамилия,URL,Адрес электронной почты,Компания,Должность,Дата установления контакта", "05 мар. 2024"), 2, false},
	{"Japanese", localised("名,姓,URL,メールアドレス,会社,役職,つながった日", "2024年3月5日"), 2, false},
	{"Chinese", localised("名字,姓氏,URL,邮箱,公司,职位,联系日期", "2024年03月05日"), 2, false},
}

func TestConnectionsVariants(t *testing.T) {
	for _, v := range connectionsVariants {
		t.Run(v.name, func(t *testing.T) {
			rows, summary := mustRead(t, "Connections.csv", v.content, Options{})
			want := Person{
				Key: "in/max-muller", FirstName: "Max", LastName: "Müller", Name: "Max Müller", Title: "CTO", Company: "ACME, GmbH", Email: "max@acme.example",
				ProfileURL: "https://www.linkedin.com/in/max-muller", Connected: true, ConnectedOn: time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC),
			}
			if v.noURL {
				want.ProfileURL, want.Key = "", PersonKey("", seat, "Max", "Müller", "ACME, GmbH")
			}
			if len(rows) != 1 || summary.Kind != KindConnections || summary.People != 1 || len(summary.Skipped) != 0 {
				t.Fatalf("%d rows, %+v", len(rows), summary)
			}
			if diff := cmp.Diff(want, *rows[0].Person); diff != "" {
				t.Error(diff)
			}
			if rows[0].Line != v.line {
				t.Errorf("line %d, want %d", rows[0].Line, v.line)
			}
		})
	}
}

func TestConnectionsCountWhatTheyLeaveOut(t *testing.T) {
	rows, summary := mustRead(t, "Connections.csv", preamble+"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"+
		",,,,Ghost Ltd,Founder,01 Jan 2020\n"+
		"Ann,Lee,not an address,ann,,,sometime in spring\n"+
		"=1+1,\"@cmd\",https://www.linkedin.com/in/x,,,,\n", Options{})
	if diff := cmp.Diff(map[string]int{SkippedNoName: 1, SkippedDate: 1, SkippedValue: 2}, summary.Skipped); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]string{SkippedNoName: {"line 5"}, SkippedDate: {"line 6"}, SkippedValue: {"line 6", "line 6"}}, summary.SkippedAt); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 2 || !rows[0].Person.ConnectedOn.IsZero() || !rows[0].Person.Connected || rows[0].Person.Email != "" {
		t.Fatalf("%+v", rows)
	}
	if formula := rows[1].Person; formula.FirstName != "=1+1" || formula.LastName != "@cmd" {
		t.Errorf("the text of a formula was changed: %+v", formula)
	}
	if rows[1].Line != 7 {
		t.Errorf("line %d, want 7", rows[1].Line)
	}
}

// A row that spans lines does not shift the lines of the rows below.
func TestLinesAreTrueBelowLongCells(t *testing.T) {
	var content strings.Builder
	content.WriteString(preamble + "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n")
	for i := range 3 {
		fmt.Fprintf(&content, "P%d,Q,,,\"two\nlines\",,\n", i)
	}
	rows, _ := mustRead(t, "Connections.csv", content.String(), Options{})
	for i, row := range rows {
		if want := 5 + 2*i; row.Line != want {
			t.Errorf("row %d is in line %d, want %d", i, row.Line, want)
		}
	}
}
