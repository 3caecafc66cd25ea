package network

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// detect finds out what a file is by its content; the name decides only where
// the content leaves it open. A file of no known kind is an [*Error] that says
// what it is instead, as far as that can be told.
func detect(source Source, mapping Mapping, limits Limits) (Kind, error) {
	head, err := firstBytes(source, 4096)
	if err != nil {
		return "", err
	}
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return "", fault(source.Name(), 0, CodeKind, hintPlain, "is empty")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return KindArchive, nil
	case isActivities(head):
		return KindActivities, nil
	}
	var kind Kind
	t, err := openTable(source, limits, func(cells []string) bool {
		kind = kindOf(cells, mapping, strings.ToLower(source.Name()))
		return kind != ""
	})
	if err != nil {
		return "", err
	}
	return kind, t.Close()
}

func firstBytes(source Source, n int64) ([]byte, error) {
	file, err := source.Open()
	if err != nil {
		return nil, unreadable(source.Name(), err)
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, n))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(source.Name(), err)
	}
	return head, nil
}

// kindOf recognises a header line.
func kindOf(cells []string, mapping Mapping, name string) Kind {
	switch {
	case isMessages(cells):
		return KindMessages
	case isInvitations(cells):
		return KindInvitations
	case isConnections(cells) && !mapping.names(cells):
		return KindConnections
	}
	people, companies := 0, 0
	for _, cell := range cells {
		for field, points := range map[string]int{"first_name": 2, "last_name": 2, "full_name": 1, "headline": 2, "title": 2, "email": 1, "profile_url": 1} {
			if isNamed(cell, field) {
				people += points
			}
		}
		for field, points := range map[string]int{"name": 1, "website": 1, "domain": 1, "page_url": 1, "employees": 2} {
			if isNamed(cell, field) {
				companies += points
			}
		}
	}
	if hasColumn(cells, "company") && headed(cells, "name", "full name", "contact name") {
		people += 3 // a name beside a company is a person's
	}
	for _, field := range mapping {
		switch field {
		case "first_name", "last_name", "full_name", "title", "company", "profile_url", "headline":
			people += 3
		case "name", "employees", "page_url", "domain", "website":
			companies += 3
		}
	}
	switch {
	case strings.Contains(name, "compan") || strings.Contains(name, "account"):
		companies++
	case strings.Contains(name, "people") || strings.Contains(name, "lead") || strings.Contains(name, "contact"):
		people++
	}
	return decide(cells, people, companies)
}

func headed(cells []string, names ...string) bool {
	return slices.ContainsFunc(cells, func(cell string) bool { return slices.Contains(names, headerText(cell)) })
}

func decide(cells []string, people, companies int) Kind {
	switch {
	case len(cells) < 2 || people < 2 && companies < 2:
		return ""
	case people >= companies && people >= 2:
		return KindPeople
	}
	return KindCompanies
}
