package world

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.txt
var data embed.FS

// word is a name in its own script and in Latin letters (equal for Latin).
type word struct {
	native, latin string
	nick          []word
}

type place struct{ country, city, state, postcode, phone string }

type country struct {
	code, name, own, currency string
	forms                     []string // legal forms
	places                    []place
}

// culture is where a person or a company comes from: its names and its places.
type culture struct {
	code, script          string
	familyFirst           bool
	weight                int
	female, male, family  []word
	heads, tails          []word
	countries             []country
	weights               []int
	streets, fields, jobs []string
	places                []place
}

type cultures struct {
	all               []*culture
	total             int
	head, middle, end []word // of coined company names
}

// loaded parses the embedded tables once. They are part of the program, so an
// error in them is found by its tests and not handled anywhere else.
var loaded = sync.OnceValue(func() *cultures {
	c, err := loadCultures(data)
	if err != nil {
		panic(err)
	}
	return c
})

func loadCultures(from fs.FS) (*cultures, error) {
	names, err := fs.Glob(from, "data/*.txt")
	if err != nil {
		return nil, fmt.Errorf("world tables: %w", err)
	}
	c := &cultures{}
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, fmt.Errorf("world tables: %w", err)
		}
		for number, line := range strings.Split(string(text), "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			if err := c.line(line, name == "data/stems.txt"); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, number+1, err)
			}
		}
	}
	for _, culture := range c.all {
		culture.join()
		c.total += culture.weight
	}
	return c, nil
}

func (c *cultures) line(line string, stems bool) error {
	key, rest, found := strings.Cut(line, ": ")
	if !found {
		return fmt.Errorf("no key in %q", line)
	}
	if stems {
		list := words(rest)
		switch key {
		case "head":
			c.head = list
		case "mid":
			c.middle = list
		case "tail":
			c.end = list
		}
		return nil
	}
	if key == "culture" {
		part := strings.Split(rest, "|")
		weight, err := strconv.Atoi(part[3])
		if err != nil {
			return fmt.Errorf("weight: %w", err)
		}
		c.all = append(c.all, &culture{code: part[0], script: part[1], familyFirst: part[2] == "eastern", weight: weight})
		return nil
	}
	if len(c.all) == 0 {
		return fmt.Errorf("%q before the first culture", key)
	}
	return c.all[len(c.all)-1].line(key, rest)
}

func (c *culture) line(key, rest string) error {
	part := strings.Split(rest, "|")
	switch key {
	case "f":
		c.female = words(rest)
	case "m":
		c.male = words(rest)
	case "family":
		c.family = words(rest)
	case "head":
		c.heads = words(rest)
	case "tail":
		c.tails = words(rest)
	case "street":
		c.streets = list(rest)
	case "words":
		c.fields = list(rest)
	case "titles":
		c.jobs = list(rest)
	case "city":
		c.places = append(c.places, place{part[0], part[1], part[2], part[3], part[4]})
	case "country":
		weight, err := strconv.Atoi(part[5])
		if err != nil {
			return fmt.Errorf("weight: %w", err)
		}
		c.countries = append(c.countries, country{code: part[0], name: part[1], own: part[2], currency: part[3], forms: strings.Split(part[4], ";")})
		c.weights = append(c.weights, weight)
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

// join gives each country its places.
func (c *culture) join() {
	for i := range c.countries {
		c.countries[i].places = slices.DeleteFunc(slices.Clone(c.places), func(p place) bool { return p.country != c.countries[i].code })
	}
}

// list splits at commas; an item with a comma is quoted.
func list(text string) []string {
	reader := csv.NewReader(strings.NewReader(text))
	reader.LazyQuotes = true
	items, err := reader.Read()
	if err != nil {
		return nil
	}
	return items
}

// words parses "native=Latin~nick=Nick, …".
func words(text string) []word {
	var all []word
	for _, item := range strings.Split(text, ",") {
		names := strings.Split(item, "~")
		w := oneWord(names[0])
		for _, nick := range names[1:] {
			w.nick = append(w.nick, oneWord(nick))
		}
		all = append(all, w)
	}
	return all
}

func oneWord(text string) word {
	native, latin, found := strings.Cut(text, "=")
	if !found {
		latin = native
	}
	return word{native: native, latin: latin}
}

func (c *cultures) pick(d *draw) *culture {
	n := d.below(c.total)
	for _, culture := range c.all {
		if n -= culture.weight; n < 0 {
			return culture
		}
	}
	return c.all[0]
}

func (c *culture) country(d *draw) *country {
	total := 0
	for _, weight := range c.weights {
		total += weight
	}
	n := d.below(total)
	for i, weight := range c.weights {
		if n -= weight; n < 0 {
			return &c.countries[i]
		}
	}
	return &c.countries[0]
}

// stems returns how many different company names can be coined.
func (c *cultures) stems() int { return len(c.head) * len(c.middle) * len(c.end) }
