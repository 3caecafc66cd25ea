package world

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// typed is a person's name as somebody typed it into the CRM.
func typed(d *draw, p *person) (first, last string) {
	first, last = p.first.latin, p.last.latin
	script, birth, fault := d.below(100), d.chance(500), d.below(1000)
	if script < 22 {
		first, last = p.first.native, p.last.native
	}
	if birth {
		last = pickScript(p.birth, script < 22)
	}
	letter, _ := utf8.DecodeRuneInString(first)
	switch {
	case fault < 90:
		first = pickScript(p.nick, script < 22)
	case fault < 130:
		first = string(letter) + "."
	case fault < 150:
		first = string(letter)
	case fault < 180:
		first = ""
	case fault < 270:
		first, last = fold(first), fold(last)
	case fault < 310:
		first, last = spell(first), spell(last)
	case fault < 335:
		first = typo(d, first)
	case fault < 365:
		last = typo(d, last)
	case fault < 385:
		first, last = last, first
	case fault < 405:
		first, last = strings.ToUpper(first), strings.ToUpper(last)
	case fault < 420:
		first, last = strings.ToLower(first), strings.ToLower(last)
	case fault < 440 && p.nick.latin != p.first.latin:
		first += " \"" + p.nick.latin + "\""
	case fault < 460 && p.second.latin != "":
		first += " " + p.second.latin
	case fault < 475:
		first = pick(d, []string{"Dr. ", "Mr. ", "Ing. ", "Prof. Dr. "}) + first
	case fault < 490:
		last += pick(d, []string{", PhD", " Jr.", " (left)", " MBA"})
	case fault < 497:
		first += "\u200b"
	case fault < 503 && p.culture.script == "latin":
		last = decompose(last)
	case p.culture.familyFirst && fault < 560:
		first, last = last, first
	}
	if last == "" {
		last = "-"
	}
	return first, last
}

func pickScript(w word, native bool) string {
	if native {
		return w.native
	}
	return w.latin
}

// typo swaps two neighbouring letters, or doubles or drops one.
func typo(d *draw, text string) string {
	r := []rune(text)
	how, at := d.below(3), 1+d.below(len(r)-2)
	if len(r) < 4 || !unicode.IsLetter(r[at]) {
		return text
	}
	switch how {
	case 0:
		r[at], r[at-1] = r[at-1], r[at]
	case 1:
		r = append(r[:at], r[at-1:]...)
	default:
		r = append(r[:at], r[at+1:]...)
	}
	return string(r)
}

// full joins a name as a CRM shows it.
func full(first, last string) string { return strings.TrimSpace(first + " " + last) }

// jobTitle is a title as somebody typed it; "" if nobody asked.
func jobTitle(d *draw, p *person) string {
	switch roll := d.below(100); {
	case roll < 14:
		return ""
	case roll < 40:
		return p.title.short
	case roll < 48:
		return p.title.long + " at " + p.home.Name
	case roll < 52:
		return strings.ToLower(p.title.long)
	}
	return p.title.long
}

// recordEmail is the address the CRM has, if any.
func (w *World) recordEmail(d *draw, p *person, missing int) string {
	switch roll := d.below(1000); {
	case roll < missing:
		return ""
	case roll < missing+110:
		return p.free()
	case roll < missing+130:
		return "info@" + p.home.Domain
	case roll < missing+145:
		return strings.ToUpper(p.corporate(w, p.home))
	case roll < missing+160:
		first, last, _ := strings.Cut(p.corporate(w, p.home), "@")
		return first + "+crm@" + last
	case p.moved && roll > 960:
		return p.corporate(w, p.current)
	}
	return p.corporate(w, p.home)
}

// recordPhone is the switchboard for many people, an own number for some.
func recordPhone(d *draw, p *person) string {
	extension, own := d.between(10, 99), digits(d, pick(d, p.home.nation.places).phone)
	switch roll := d.below(100); {
	case roll < 34:
		return p.home.Phone
	case roll < 44:
		return p.home.Phone + " ext. " + digits(d, "##")
	case roll < 50:
		return "00" + strings.TrimPrefix(p.home.Phone, "+")
	case roll < 70:
		return own
	case roll < 73:
		return strings.ReplaceAll(own, " ", "") + "," + digits(d, "###")
	case roll < 74:
		return "call reception, ask for " + p.first.latin + " -" + string(rune('0'+extension%10))
	}
	return ""
}

// homeAddress is the company's or, for some, a private one in another town.
func homeAddress(d *draw, p *person) Address {
	a := companyAddress(d, p.home)
	private, place := d.chance(80), pick(d, p.home.nation.places)
	street, post := number(d, pick(d, p.home.culture.streets)), digits(d, place.postcode)
	if private {
		a = Address{street, place.city, place.state, post, p.home.Country}
	}
	if d.chance(220) {
		a = Address{Country: a.Country}
	}
	return a
}
