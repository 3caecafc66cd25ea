package diffout

import (
	"math/bits"
	"strconv"
	"strings"
)

// pen is how a cell is drawn: SGR attributes 1 to 9 as bits, the colours as SGR parameters, and the link as
// the parameters and address of OSC 8.
type pen struct {
	attributes uint16
	fore, back string
	link       string
}

// The attributes that show on a blank, and the SGR codes that end each attribute.
const showOnBlank = 1<<4 | 1<<5 | 1<<7 | 1<<9 // underline, blink, reverse, strike

var endOf = [10]string{1: "22", 2: "22", 3: "23", 4: "24", 5: "25", 6: "25", 7: "27", 8: "28", 9: "29"}

// showsBlank reports whether a blank drawn with the pen looks other than an erased column.
func (p pen) showsBlank() bool {
	return p.back != "" || p.link != "" || p.attributes&showOnBlank != 0
}

// apply changes the pen by the parameters of one SGR sequence and reports whether all were understood.
func (p *pen) apply(parameters string) bool {
	codes := strings.Split(parameters, ";")
	for i := 0; i < len(codes); i++ {
		code, err := strconv.Atoi(codes[i])
		if err != nil && codes[i] != "" {
			return false
		}
		if code == 38 || code == 48 {
			n := colourLength(codes[i:])
			if n == 0 {
				return false
			}
			p.colour(code, strings.Join(codes[i:i+n], ";"))
			i += n - 1
			continue
		}
		if !p.one(code, codes[i]) {
			return false
		}
	}
	return true
}

// colourLength is how many parameters an indexed or true colour takes, 0 when it is neither.
func colourLength(codes []string) int {
	if len(codes) < 2 {
		return 0
	}
	n := map[string]int{"5": 3, "2": 5}[codes[1]]
	if n > len(codes) {
		return 0
	}
	return n
}

func (p *pen) colour(code int, value string) {
	if code == 38 {
		p.fore = value
	} else {
		p.back = value
	}
}

// one applies one simple SGR code.
func (p *pen) one(code int, text string) bool {
	switch {
	case code == 0:
		*p = pen{link: p.link}
	case code <= 9:
		p.attributes |= 1 << code
	case code == 22:
		p.attributes &^= 1<<1 | 1<<2
	case code == 25:
		p.attributes &^= 1<<5 | 1<<6
	case code >= 23 && code <= 29:
		p.attributes &^= 1 << (code - 20)
	case code == 39:
		p.fore = ""
	case code == 49:
		p.back = ""
	case code >= 30 && code <= 37, code >= 90 && code <= 97:
		p.fore = text
	case code >= 40 && code <= 47, code >= 100 && code <= 107:
		p.back = text
	default:
		return false
	}
	return true
}

// appendChange appends the shortest sequences that turn one pen into another.
func appendChange(b []byte, from, to pen) []byte {
	if from.link != to.link {
		link := to.link
		if link == "" {
			link = ";"
		}
		b = append(append(append(b, "\x1b]8;"...), link...), '\a')
	}
	from.link, to.link = "", ""
	if from == to {
		return b
	}
	if to == (pen{}) {
		return append(b, "\x1b[m"...)
	}
	anew, change := to.codes("0"), to.difference(from)
	if len(anew) <= len(change) {
		change = anew
	}
	return append(append(append(b, "\x1b["...), change...), 'm')
}

// codes are the SGR parameters that set the whole pen after the ones in front.
func (p pen) codes(front string) string {
	all := []string{front}
	for set := p.attributes; set != 0; set &= set - 1 {
		all = append(all, strconv.Itoa(bits.TrailingZeros16(set)))
	}
	for _, colour := range []string{p.fore, p.back} {
		if colour != "" {
			all = append(all, colour)
		}
	}
	return strings.Join(all, ";")
}

// difference is the SGR parameters that change from into p without a reset.
func (p pen) difference(from pen) string {
	var all []string
	for off := from.attributes &^ p.attributes; off != 0; off &= off - 1 {
		end := endOf[bits.TrailingZeros16(off)]
		all = append(all, end)
		if end == "22" || end == "25" { // these end two attributes at once
			from.attributes &^= map[string]uint16{"22": 1<<1 | 1<<2, "25": 1<<5 | 1<<6}[end]
		}
	}
	for on := p.attributes &^ from.attributes; on != 0; on &= on - 1 {
		all = append(all, strconv.Itoa(bits.TrailingZeros16(on)))
	}
	all = appendColour(all, from.fore, p.fore, "39")
	all = appendColour(all, from.back, p.back, "49")
	return strings.Join(all, ";")
}

func appendColour(all []string, from, to, none string) []string {
	switch {
	case from == to:
		return all
	case to == "":
		return append(all, none)
	}
	return append(all, to)
}
