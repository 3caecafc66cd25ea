package ui

import (
	"strconv"
	"strings"

	crmsync "crmsync/sync"
)

// matchObjects and matchStates are what the list of matches can be narrowed to, in the order in which the
// keys go through them.
func matchObjects() []string { return []string{"", "Contact", "Lead", "Account"} }

func matchStates() []string {
	return []string{"review", "auto", "accepted", "overridden", "rejected", "none", ""}
}

// matchReasons are the reasons of having no member that the list can be narrowed to; "" is off.
func matchReasons() []string {
	codes := []string{""}
	for _, reason := range crmsync.UnmatchedReasons() {
		codes = append(codes, reason.Code)
	}
	return codes
}

// reasonText is what a reason means, in words.
func reasonText(code string) string {
	for _, reason := range crmsync.UnmatchedReasons() {
		if reason.Code == code {
			return reason.Text
		}
	}
	return code
}

// stateWord is a match's state in words.
func stateWord(state string) string {
	switch state {
	case "review":
		return "to review"
	case "auto":
		return "by rule"
	case "accepted":
		return "accepted"
	case "overridden":
		return "chosen"
	case "rejected":
		return "rejected"
	case "none":
		return "no match"
	case "":
		return "all"
	}
	return state
}

// stateOf is how a match's state is marked.
func stateOf(state string) State {
	switch state {
	case "review":
		return StateWarn
	case "auto", "accepted", "overridden":
		return StateGood
	case "rejected":
		return StateBad
	}
	return StateOff
}

// parseFilter reads "object:contact status:review reason:tie score:85..94 veolia". Words it does not know are text.
func parseFilter(text string) MatchFilter {
	var f MatchFilter
	var words []string
	for _, word := range strings.Fields(text) {
		key, value, ok := strings.Cut(word, ":")
		switch {
		case ok && strings.EqualFold(key, "object"):
			f.Object = oneOf(value, matchObjects())
		case ok && (strings.EqualFold(key, "status") || strings.EqualFold(key, "state")):
			f.State = oneOf(value, matchStates())
		case ok && (strings.EqualFold(key, "reason") || strings.EqualFold(key, "why")):
			f.Reason = oneOf(value, matchReasons())
		case ok && strings.EqualFold(key, "order"):
			f.Telling = oneOf(value, []string{"telling"}) != ""
		case ok && strings.EqualFold(key, "score"):
			f.Min, f.Max = parseRange(value)
		default:
			words = append(words, word)
		}
	}
	f.Text = strings.Join(words, " ")
	return f
}

// oneOf finds the value that begins as text does, or "".
func oneOf(text string, values []string) string {
	for _, v := range values {
		if v != "" && text != "" && strings.HasPrefix(strings.ToLower(v), strings.ToLower(text)) {
			return v
		}
	}
	return ""
}

// parseRange reads "85..94", "85..", "..94" or "90".
func parseRange(text string) (low, high int) {
	from, to, isRange := strings.Cut(text, "..")
	low = bounded(from)
	if !isRange {
		return low, low
	}
	return low, bounded(to)
}

func bounded(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return max(0, min(n, 100))
}

// String writes the filter the way parseFilter reads it.
func (f MatchFilter) String() string {
	var words []string
	if f.Object != "" {
		words = append(words, "object:"+strings.ToLower(f.Object))
	}
	if f.State != "" {
		words = append(words, "status:"+f.State)
	}
	if f.Reason != "" {
		words = append(words, "reason:"+f.Reason)
	}
	if f.Min > 0 || f.Max > 0 {
		high := ""
		if f.Max > 0 {
			high = strconv.Itoa(f.Max)
		}
		words = append(words, "score:"+strconv.Itoa(f.Min)+".."+high)
	}
	if f.Telling {
		words = append(words, "order:telling")
	}
	if f.Text != "" {
		words = append(words, f.Text)
	}
	return strings.Join(words, " ")
}

// describe says the filter in a line of the wide layout.
func (f MatchFilter) describe() string {
	object := f.Object
	if object == "" {
		object = "People and companies"
	}
	parts := []string{object, f.status()}
	if f.Telling && f.Object == "" {
		parts = parts[1:] // the order needs the room
	}
	if f.Min > 0 || f.Max > 0 {
		high := f.Max
		if high == 0 {
			high = 100
		}
		parts = append(parts, "score "+strconv.Itoa(f.Min)+"–"+strconv.Itoa(high))
	}
	if f.Text != "" {
		parts = append(parts, "“"+f.Text+"”")
	}
	if f.Reason != "" {
		if f.Object == "" {
			parts = parts[1:] // the reason needs the room
		}
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, ", ") + ", " + f.order()
}

// order is how the list comes.
func (f MatchFilter) order() string {
	if f.Telling {
		return "doubts and checks in turn"
	}
	return "best first"
}

// next is the value after the present one, round and round.
func next(values []string, present string, step int) string {
	for i, v := range values {
		if v == present {
			return values[(i+step+len(values))%len(values)]
		}
	}
	return values[0]
}

// status is the state in words, or why there is no member.
func (f MatchFilter) status() string {
	if f.Telling {
		return "to judge"
	}
	if f.Reason != "" {
		return "no member: " + reasonText(f.Reason)
	}
	return stateWord(f.State)
}
