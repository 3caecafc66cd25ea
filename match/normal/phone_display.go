package normal

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// PhoneDisplay returns a phone number in E.164, "+14155550100", as people are shown it: a number without a country code is one of the
// record's country, given as people write it or as a code. An extension stays behind it, " ext. 12". What is no possible number
// is returned as it is. It takes some 20 µs, so it is for what is looked at; matching compares Phone.
func PhoneDisplay(s, country string) string {
	number, err := phonenumbers.Parse(cut(s), Country(country))
	if err != nil || !phonenumbers.IsPossibleNumber(number) || strings.ContainsAny(s, ";,") {
		return s
	}
	out := phonenumbers.Format(number, phonenumbers.E164)
	if ext := number.GetExtension(); ext != "" {
		out += " ext. " + ext
	}
	return out
}
