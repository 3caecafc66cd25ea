// Package help holds the texts of crmsync help TOPIC, one file for each topic.
package help

import (
	"embed"
	"slices"
	"strings"
)

//go:embed *.txt
var files embed.FS

// Topic is one text. Its first line is its title; no line has more than 80 columns.
type Topic struct{ Name, Title, Text string }

// Topics returns all topics by name.
func Topics() []Topic {
	entries, _ := files.ReadDir(".") // an embedded folder can be read
	topics := make([]Topic, 0, len(entries))
	for _, entry := range entries {
		text, _ := files.ReadFile(entry.Name())
		title, _, _ := strings.Cut(string(text), "\n")
		topics = append(topics, Topic{strings.TrimSuffix(entry.Name(), ".txt"), title, string(text)})
	}
	return topics
}

// Find returns the topic of a name.
func Find(name string) (Topic, bool) {
	topics := Topics()
	at := slices.IndexFunc(topics, func(t Topic) bool { return t.Name == name })
	if at < 0 {
		return Topic{}, false
	}
	return topics[at], true
}
