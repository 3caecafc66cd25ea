package world

import (
	"strings"
	"testing"
)

func TestTablesAreComplete(t *testing.T) {
	c, err := loadCultures(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.all) < 20 || c.stems() < 10_000 {
		t.Fatalf("%d cultures, %d stems", len(c.all), c.stems())
	}
	for _, culture := range c.all {
		if len(culture.female) < 5 || len(culture.male) < 5 || len(culture.family) < 5 || len(culture.streets) == 0 || len(culture.fields) == 0 || len(culture.jobs) == 0 {
			t.Errorf("%s is incomplete", culture.code)
		}
		for _, country := range culture.countries {
			if len(country.places) == 0 || country.currency == "" {
				t.Errorf("%s: %s has no place or currency", culture.code, country.code)
			}
		}
		for _, name := range append(append(append([]word{}, culture.female...), culture.male...), culture.family...) {
			if plain(name.latin) == "" || strings.ContainsAny(name.native+name.latin, "=~,|") {
				t.Errorf("%s: name %q", culture.code, name.native)
			}
		}
		for _, city := range culture.places {
			if strings.Count(city.phone, "#") < 2 {
				t.Errorf("%s: telephone pattern %q", city.city, city.phone)
			}
		}
	}
}

func TestTablesWithFaultsAreRefused(t *testing.T) {
	for _, line := range []string{"nonsense", "f: Anna", "culture: xx|latin|western|many"} {
		if err := (&cultures{}).line(line, false); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
}

// No address of this world may reach anybody.
func TestAddressesCannotBeReal(t *testing.T) {
	w := New(21, 2000)
	for i := range w.Counts().Contacts {
		mail := strings.ToLower(w.Contact(i).Email)
		local, host, _ := strings.Cut(mail, "@")
		switch {
		case mail == "", strings.HasSuffix(host, ".example"):
		case host == "gmail.com" && strings.Contains(local, "_"):
		case host == "yahoo.com" && strings.Contains(local, "-"):
		default:
			t.Errorf("contact %d has the address %q", i, mail)
		}
	}
}

// Small pools of names would make a crowd of namesakes that no country has.
func TestNamesAreVaried(t *testing.T) {
	w := New(1, 3000)
	count := make(map[string]int)
	for i := range w.layout.persons {
		p := w.person(i)
		count[p.first.latin+" "+p.last.latin]++
	}
	namesakes := 0
	for _, n := range count {
		if n > 1 {
			namesakes += n
		}
	}
	if share := namesakes * 100 / w.layout.persons; share < 1 || share > 12 {
		t.Errorf("%d %% of the people share their whole name, want some, not many", share)
	}
	t.Logf("%d of %d", namesakes, w.layout.persons)
}
