package network

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNormalProfileURL(t *testing.T) {
	same := []string{
		"https://www.linkedin.com/in/max-mustermann", "http://www.linkedin.com/in/max-mustermann/", "linkedin.com/in/max-mustermann",
		"www.linkedin.com/in/Max-Mustermann", "https://de.linkedin.com/in/max-mustermann?trk=x&y=1#top", "https://m.linkedin.com/in/max-mustermann/de",
		"HTTPS://WWW.LINKEDIN.COM/IN/MAX-MUSTERMANN", "in/max-mustermann", "/in/max-mustermann/", " https://www.linkedin.com//in//max-mustermann ",
		"https://www.linkedin.com/in/max%2Dmustermann", "https://www.linkedin.com/in/max-mustermann/recent-activity/all/",
	}
	for _, text := range same {
		if url, key, ok := NormalProfileURL(text); !ok || key != "in/max-mustermann" || url != same[0] {
			t.Errorf("%q gave %q, %q, %v", text, url, key, ok)
		}
	}
	for text, want := range map[string]string{
		"https://www.linkedin.com/in/%E5%B1%B1%E7%94%B0-Taro":        "in/山田-taro",
		"https://www.linkedin.com/in/山田-taro":                        "in/山田-taro",
		"https://www.linkedin.com/in/jos%25C3%25A9":                  "in/josé",
		"https://www.linkedin.com/in/jose\u0301":                     "in/josé",
		"https://www.linkedin.com/pub/ann-lee/1/2/3b":                "pub/ann-lee/1/2/3b",
		"https://www.linkedin.com/sales/people/ACwAAB,NAME_SEARCH,x": "sales/people/acwaab",
		"https://www.xing.com/profile/Max_M":                         "url/xing.com/profile/max_m",
	} {
		if _, key, ok := NormalProfileURL(text); !ok || key != want {
			t.Errorf("%q gave %q, want %q", text, key, want)
		}
	}
	for _, text := range []string{"", "n/a", "https://www.linkedin.com/", "https://www.linkedin.com/company/x", "https://www.linkedin.com/in/", "javascript:alert(1)", "ftp://x.example/in/a", "a b", "-", "max@x.example"} {
		if url, key, ok := NormalProfileURL(text); ok {
			t.Errorf("%q was taken: %q %q", text, url, key)
		}
	}
}

func TestProfileURLIsNormalised(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := "https://www.linkedin.com/in/" + rapid.String().Draw(t, "slug")
		url, key, ok := NormalProfileURL(text)
		if !ok {
			return
		}
		again, sameKey, ok := NormalProfileURL(url)
		if !ok || again != url || sameKey != key {
			t.Fatalf("%q -> %q (%q) -> %q (%q), %v", text, url, key, again, sameKey, ok)
		}
	})
}

func TestPersonKey(t *testing.T) {
	if got := PersonKey("http://linkedin.com/in/X/", "s", "a", "b", "c"); got != "in/x" {
		t.Errorf("got %q", got)
	}
	base := PersonKey("", "S@x.example", "Ann ", "LEE", "Acme")
	if base != PersonKey("n/a", "s@x.example", "ann", "Lee", " ACME") {
		t.Error("case and spaces make another person")
	}
	for _, other := range []string{
		PersonKey("", "t@x.example", "Ann", "Lee", "Acme"), PersonKey("", "s@x.example", "Ann", "Lee", "Bcme"),
		PersonKey("", "s@x.example", "An", "nLee", "Acme"), PersonKey("", "s@x.example", "Ann", "LeeAcme", ""),
	} {
		if base == other {
			t.Error("another seat, name or company has the same key")
		}
	}
}

func TestCompanyKey(t *testing.T) {
	tests := []struct{ page, domain, name, want string }{
		{"https://www.linkedin.com/company/Alvabex/about/", "x.example", "Alvabex", "company/alvabex"},
		{"https://de.linkedin.com/school/uni-x?a=b", "", "", "school/uni-x"},
		{"https://www.linkedin.com/sales/company/1234", "", "", "company/1234"},
		{"https://alvabex.example", "https://www.Alvabex.co.uk/en?x=1", "Alvabex", "domain/alvabex.co.uk"},
		{"", "info@mail.alvabex.example", "Alvabex", "domain/alvabex.example"},
		{"", "facebook.com/alvabex", "Alvabex, Inc.", "name/alvabex inc"},
		{"", "", " ALVABEX\u00a0 (Inc) ", "name/alvabex inc"},
	}
	for _, test := range tests {
		if got := CompanyKey(test.page, test.domain, test.name); got != test.want {
			t.Errorf("%q %q %q gave %q, want %q", test.page, test.domain, test.name, got, test.want)
		}
	}
}

func TestParseDay(t *testing.T) {
	want := time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{
		"05 Mar 2024", "5 March 2024", "Mar 5, 2024", "2024-03-05", "2024/3/5", "2024-03-05T10:00:00Z", "05.03.2024", "5. März 2024", "03/05/2024", "3/5/24",
		"5 mars 2024", "05 mars 2024", "5 de marzo de 2024", "5 de março de 2024", "5 mar. 2024", "5 marca 2024", "5. března 2024", "5 maart 2024", "5. maaliskuuta 2024",
		"2024. márc. 5.", "5 martie 2024", "5 Mart 2024", "5 марта 2024 г.", "5 березня 2024", "5 Μαρτίου 2024", "2024年3月5日", "2024년 3월 5일", "05-03-2024", "５ Mar ２０２４",
	} {
		if got, ok := parseDay(text); !ok || !got.Equal(want) {
			t.Errorf("%q gave %v, %v", text, got, ok)
		}
	}
	for text, month := range map[string]time.Month{
		"1 août 2024": 8, "1 juin 2024": 6, "1 juil. 2024": 7, "1 févr. 2024": 2, "1 Ocak 2024": 1, "1 Şub 2024": 2, "1 Ağu 2024": 8, "1 Eki 2024": 10, "1 Ara 2024": 12,
		"1. červen 2024": 6, "1. července 2024": 7, "1. června 2024": 6, "1 lip 2024": 7, "1 listopada 2024": 11, "1 paź 2024": 10, "1 gen 2024": 1, "1 lug 2024": 7, "1 set 2024": 9,
		"1 ene 2024": 1, "1 dic 2024": 12, "1 okt 2024": 10, "1 Dez. 2024": 12, "1 мая 2024": 5, "1 нояб. 2024": 11, "1 tammikuuta 2024": 1, "1 marraskuuta 2024": 11, "1 mei 2024": 5,
	} {
		if got, ok := parseDay(text); !ok || got.Month() != month {
			t.Errorf("%q gave %v, want month %d", text, got, month)
		}
	}
	for _, text := range []string{"", "2024", "sometime", "31 Feb 2024", "99 Mar 2024", "5 Foo 2024", "00/00/0000", "1 Mar 1024"} {
		if got, ok := parseDay(text); ok {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
}
