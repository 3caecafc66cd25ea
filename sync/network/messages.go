package network

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

var messageColumns = []string{
	"conversation id", "conversation title", "from", "sender profile url", "to", "recipient profile urls", "date", "subject", "content", "folder",
	"attachments", "is message draft", "is conversation draft",
}

func isMessages(cells []string) bool {
	at := exact(cells, messageColumns...)
	return at["from"] >= 0 && at["date"] >= 0 && at["content"] >= 0 && (at["conversation id"] >= 0 || at["to"] >= 0)
}

func openMessages(source Source, limits Limits) (*table, map[string]int, error) {
	t, err := openTable(source, limits, isMessages)
	if err != nil {
		return nil, nil, err
	}
	return t, exact(t.header, messageColumns...), nil
}

// party is a sender or recipient as a row names them.
type party struct{ name, url, key string }

func (p party) text() string {
	if p.name != "" {
		return p.name
	}
	return p.url
}

func newParty(name, url string) party {
	p := party{name: name}
	if address, key, ok := NormalProfileURL(url); ok {
		p.url, p.key = address, key
	} else if name != "" {
		p.key = "name/" + normalText(name)
	}
	return p
}

func sender(t *table, at map[string]int) party {
	return newParty(t.cell(at["from"]), t.cell(at["sender profile url"]))
}

// recipients pairs the names with the addresses. Both are separated by commas,
// which names may hold too ("Ann Lee, MBA"); if the counts differ, the
// addresses count and the names are left to the list of connections.
func recipients(t *table, at map[string]int) []party {
	names, urls := t.cell(at["to"]), t.cell(at["recipient profile urls"])
	list := strings.FieldsFunc(urls, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' })
	if len(list) == 0 {
		if names == "" {
			return nil
		}
		return []party{newParty(names, "")}
	}
	if len(list) == 1 {
		return []party{newParty(names, list[0])}
	}
	parts := strings.Split(names, ",")
	var all []party
	for i, url := range list {
		name := ""
		if len(parts) == len(list) {
			name = strings.TrimSpace(parts[i])
		}
		if one := newParty(name, url); one.key != "" {
			all = append(all, one)
		}
	}
	return all
}

// findOwn finds whose messages these are: the one who takes part in the most of
// them, since the owner takes part in all; of several the one who sent the
// most; and if that is even, the one whose name is in the seat's address. A
// profile that is known beforehand must take part.
func findOwn(ctx context.Context, source Source, options Options) (string, error) {
	t, at, err := openMessages(source, options.Limits)
	if err != nil {
		return "", err
	}
	count := parties{part: make(map[string]int), sent: make(map[string]int), text: make(map[string]string)}
	pass := &pass{context: ctx, source: source}
	if err := pass.rows(t, func() (bool, error) {
		count.add(sender(t, at), recipients(t, at))
		return true, nil
	}); err != nil {
		return "", err
	}
	_, known, _ := NormalProfileURL(options.Own)
	if known != "" && (count.part[known] > 0 || !count.addresses) {
		return known, nil
	}
	first, second := count.owners(options.Seat)
	switch {
	case known != "" && first != "":
		return "", fault(source.Name(), 0, CodeSeat, "Import the file for the seat whose archive it is, or give the seat its profile address: crmsync users add EMAIL --profile URL (remove it first).",
			"these are not the messages of this seat: its profile %q takes part in none of them; %q in the most", known, count.text[first])
	case second != "":
		return "", fault(source.Name(), 0, CodeSeat, "Import the whole archive, or more of the messages, or set the profile address of the seat.",
			"whose messages these are cannot be told: %s take part in equally many", quoteList([]string{count.text[first], count.text[second]}))
	}
	return first, nil
}

// parties counts who takes part in messages, by key.
type parties struct {
	part, sent map[string]int
	text       map[string]string
	addresses  bool // the file has profile addresses at all
}

func (c *parties) add(from party, to []party) {
	if from.key != "" {
		c.sent[from.key]++
	}
	once := make(map[string]bool, 2)
	for _, one := range append(to, from) {
		if one.key == "" || once[one.key] {
			continue
		}
		once[one.key] = true
		c.part[one.key]++
		c.text[one.key] = one.text()
		c.addresses = c.addresses || one.url != ""
	}
}

// owners returns the likeliest owner, and a second one if nothing tells the
// two apart.
func (c *parties) owners(seat string) (first, second string) {
	local, _, _ := strings.Cut(normalText(seat), "@")
	compare := func(a, b string) int {
		return cmp.Or(cmp.Compare(c.part[b], c.part[a]), cmp.Compare(c.sent[b], c.sent[a]), cmp.Compare(likeSeat(local, b), likeSeat(local, a)))
	}
	keys := slices.SortedFunc(maps.Keys(c.part), func(a, b string) int { return cmp.Or(compare(a, b), cmp.Compare(a, b)) })
	switch {
	case len(keys) == 0:
		return "", ""
	case len(keys) > 1 && compare(keys[0], keys[1]) == 0:
		return keys[0], keys[1]
	}
	return keys[0], ""
}

// likeSeat counts the parts of an e-mail address that occur in a profile's key.
func likeSeat(local, key string) int {
	n := 0
	for _, part := range strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' }) {
		if len(part) > 1 && strings.Contains(key, part) {
			n++
		}
	}
	return n
}

func (p *pass) messages() error {
	t, at, err := openMessages(p.source, p.reader.options.Limits)
	if err != nil {
		return err
	}
	seen := make(occurrences)
	return p.rows(t, func() (bool, error) {
		sent, err := parseSent(t, at, p.reader.options.Location)
		if err != nil {
			return false, err
		}
		if reason := p.leaveOut(t, at); reason != "" {
			p.skip(reason)
			return true, nil
		}
		to := recipients(t, at)
		if len(to) == 0 {
			p.skip(SkippedNoRecipient)
			return true, nil
		}
		for _, one := range to {
			if one.key == p.reader.own {
				if len(to) == 1 {
					p.skip(SkippedSelf)
				}
				continue
			}
			row := p.at(t)
			row.Activity = p.message(t, at, sent, one)
			if !seen.unique(row.Activity) {
				p.skip(SkippedDuplicate)
			} else if !p.yield(row) {
				return false, nil
			}
		}
		return true, nil
	})
}

func parseSent(t *table, at map[string]int, zone *time.Location) (time.Time, error) {
	text := t.cell(at["date"])
	sent, ok := parseTime(text, zone)
	if !ok {
		return time.Time{}, fault(t.source.Name(), t.line, CodeDate,
			"The archive writes \"2026-11-20 15:04:05 UTC\". A spreadsheet that was used to open the file may have changed it: import the file as it was downloaded.",
			"the time %q of a message cannot be read", text)
	}
	return sent, nil
}

// leaveOut returns why a message is no activity of the seat, or "".
func (p *pass) leaveOut(t *table, at map[string]int) string {
	yes := func(column string) bool {
		value := strings.ToLower(t.cell(at[column]))
		return value == "yes" || value == "true" || value == "1"
	}
	switch {
	case yes("is message draft"), yes("is conversation draft"), strings.HasPrefix(strings.ToLower(t.cell(at["folder"])), "draft"):
		return SkippedDraft
	case sender(t, at).key != p.reader.own || p.reader.own == "":
		return SkippedReceived
	case t.cell(at["content"]) == "" && t.cell(at["subject"]) == "" && t.cell(at["attachments"]) == "":
		return SkippedEmpty
	}
	return ""
}

func (p *pass) message(t *table, at map[string]int, sent time.Time, to party) *Activity {
	person := &Person{Name: to.name, ProfileURL: to.url}
	person.FirstName, person.LastName = splitName(to.name)
	person.Key = PersonKey(to.url, p.reader.options.Seat, person.FirstName, person.LastName, "")
	a := &Activity{
		Kind: ActivityMessage, At: sent, Subject: t.cell(at["subject"]), Body: t.cell(at["content"]),
		Conversation: t.cell(at["conversation id"]), Person: person,
	}
	a.Attachments = strings.Fields(t.cell(at["attachments"]))
	a.Key = "message/" + digest(normalText(p.reader.options.Seat), a.Conversation, sent.Format(time.RFC3339), person.Key)
	return a
}

// occurrences remembers the texts of messages that share a key: the same
// conversation, second and recipient. The text is no part of the key, because
// the network lets people edit what they sent; so a second text gets a number.
type occurrences map[string][]string

func (o occurrences) unique(a *Activity) bool {
	text := digest(a.Subject, a.Body)
	before := o[a.Key]
	for _, other := range before {
		if other == text {
			return false
		}
	}
	o[a.Key] = append(before, text)
	if n := len(before); n > 0 {
		a.Key = fmt.Sprintf("%s-%d", a.Key, n+1)
	}
	return true
}
