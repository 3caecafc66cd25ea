package network

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// monthNames are the beginnings of the months' names, in the form of monthText,
// from January on. Languages that agree with another are left out.
var monthNames = []string{
	"jan feb mar apr may jun jul aug sep oct nov dec",                     // en
	"jan feb marz apr mai jun jul aug sep okt nov dez",                    // de
	"janv fevr mars avr mai juin juil aout sept oct nov dec",              // fr
	"ene feb mar abr may jun jul ago sep oct nov dic",                     // es
	"jan fev mar abr mai jun jul ago set out nov dez",                     // pt
	"gen feb mar apr mag giu lug ago set ott nov dic",                     // it
	"jan feb maart apr mei jun jul aug sep okt nov dec",                   // nl, id
	"jan feb mar apr maj jun jul aug sep okt nov dec",                     // sv, da
	"jan feb mar apr mai jun jul aug sep okt nov des",                     // no
	"tammi helmi maali huhti touko kesa heina elo syys loka marras joulu", // fi
	"sty lut mar kwi maj cze lip sie wrz paz lis gru",                     // pl
	"led uno bre dub kve cervn cervenec srp zar rij lis pro",              // cs
	"jan feb marc apr maj jun jul aug szept okt nov dec",                  // hu
	"ian feb mar apr mai iun iul aug sep oct noi dec",                     // ro
	"oca sub mar nis may haz tem agu eyl eki kas ara",                     // tr
	"янв фев мар апр мая июн июл авг сен окт ноя дек",                     // ru
	"янв фев мар апр маи июн июл авг сен окт ноя дек",                     // ru, bare forms
	"січ лют бер кві тра чер лип сер вер жов лис гру",                     // uk
	"ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",                   // el
	"јан феб мар апр мај јун јул авг сеп окт нов дец",                     // sr
	"jan feb mar apr mei jun jul agu sep okt nov des",                     // id
}

// monthText folds the name of a month: lower case, without marks and points.
func monthText(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ı' || r == 'İ':
			return 'i'
		case unicode.IsLetter(r):
			return r
		}
		return -1
	}, norm.NFKD.String(strings.ToLower(name)))
}

var months = func() map[string]time.Month {
	all := make(map[string]time.Month)
	for _, line := range monthNames {
		for i, name := range strings.Fields(line) {
			all[monthText(name)] = time.Month(i + 1)
		}
	}
	// Czech June and July differ only in their ends, and are shortened so.
	all["mrt"] = time.March // nl
	all["cvn"], all["cerven"], all["cvc"], all["cervenc"] = time.June, time.June, time.July, time.July
	return all
}()

// monthOf finds the month whose name begins a word; the longest beginning wins.
func monthOf(word string) (time.Month, bool) {
	r := []rune(monthText(word))
	for n := len(r); n >= 3; n-- {
		if month, found := months[string(r[:n])]; found {
			return month, true
		}
	}
	return 0, false
}

// parseDay reads a day as archives and spreadsheets write it: "05 Mar 2024",
// "5 mars 2024", "5. März 2024", "Mar 5, 2024", "2024-03-05", "2024年3月5日",
// "05.03.2024", "5/3/2024". With slashes the month comes first, as in the
// network's own files, unless that cannot be.
func parseDay(text string) (time.Time, bool) {
	if at, err := time.Parse("02 Jan 2006", text); err == nil { // nearly all of them
		return validDay(at.Year(), at.Month(), at.Day())
	}
	text = strings.TrimSpace(norm.NFKC.String(text))
	if at := strings.IndexAny(text, "T"); at == 10 {
		text = text[:at]
	}
	var numbers []int
	var month time.Month
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }) {
		for _, part := range splitDigits(word) {
			if n, err := strconv.Atoi(part); err == nil {
				numbers = append(numbers, n)
			} else if m, found := monthOf(part); found && month == 0 {
				month = m
			}
		}
	}
	var year, day int
	switch {
	case month != 0 && len(numbers) == 2 && numbers[0] > 31:
		year, day = numbers[0], numbers[1]
	case month != 0 && len(numbers) == 2:
		day, year = numbers[0], numbers[1]
	case month != 0 || len(numbers) < 3:
		return time.Time{}, false
	case numbers[0] > 31:
		year, month, day = numbers[0], time.Month(numbers[1]), numbers[2]
	case strings.Contains(text, "/") && numbers[0] <= 12:
		month, day, year = time.Month(numbers[0]), numbers[1], numbers[2]
	default:
		day, month, year = numbers[0], time.Month(numbers[1]), numbers[2]
	}
	if year < 100 {
		year += 2000
	}
	return validDay(year, month, day)
}

func validDay(year int, month time.Month, day int) (time.Time, bool) {
	at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if at.Year() != year || at.Month() != month || at.Day() != day || year < 1990 || year > 2200 {
		return time.Time{}, false
	}
	return at, true
}

// splitDigits separates the digits of a word from its letters: "2024年3月" ->
// "2024", "年", "3", "月". Letters next to digits in those scripts are units.
func splitDigits(word string) []string {
	var parts []string
	start, digits := 0, false
	for i, r := range word {
		if is := r >= '0' && r <= '9'; is != digits && i > start {
			parts, start = append(parts, word[start:i]), i
			digits = is
		} else {
			digits = is
		}
	}
	return append(parts, word[start:])
}

var timeLayouts = []string{
	"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", time.RFC3339Nano, "2006-01-02 15:04 MST", "2006-01-02 15:04",
	"1/2/06, 3:04 PM", "1/2/06, 15:04", "1/2/06 3:04 PM", "1/2/2006, 3:04 PM", "1/2/2006, 3:04:05 PM", "1/2/06 15:04", "1/2/2006 15:04",
	"2.1.06, 15:04", "2.1.2006, 15:04", "2.1.2006 15:04", "2.1.06 15:04", "2006/01/02 15:04", "Jan 2, 2006, 3:04 PM",
}

// parseTime reads a moment; without a zone it is taken in the given one.
func parseTime(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Join(strings.Fields(norm.NFKC.String(text)), " ") // narrow spaces before "PM" too
	for _, layout := range timeLayouts {
		at, err := time.ParseInLocation(layout, text, zone)
		if err != nil || at.Year() < 1990 || at.Year() > 2200 {
			continue
		}
		// Go accepts any three letters for MST and makes them +0.
		if name, offset := at.Zone(); strings.HasSuffix(layout, "MST") && offset == 0 && name != "UTC" && name != "GMT" {
			return time.Time{}, false
		}
		return at.UTC(), true
	}
	return time.Time{}, false
}
