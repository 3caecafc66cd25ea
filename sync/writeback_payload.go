package sync

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"crmsync/sync/salesforce"
)

// Payload is one record as it is sent: the object and its fields by API name.
type Payload struct {
	Object string            `json:"object"`
	Fields map[string]string `json:"fields"`
}

// newRecord is the payload in the client's form, its fields in a fixed order.
func (p Payload) newRecord() salesforce.NewRecord {
	record := salesforce.NewRecord{Type: p.Object}
	for _, name := range p.names() {
		record.Fields = append(record.Fields, salesforce.FieldValue{Name: name, Value: p.Fields[name]})
	}
	return record
}

// request is the exact JSON that is sent for the payload.
func (p Payload) request() ([]byte, error) {
	encoded, err := p.newRecord().JSON()
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", p.Object, err)
	}
	return encoded, nil
}

// payloadOf reads the JSON that was sent back into a payload.
func payloadOf(request []byte) (Payload, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(request, &raw); err != nil {
		return Payload{}, fmt.Errorf("read a kept request: %w", err)
	}
	var attributes struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw["attributes"], &attributes); err != nil {
		return Payload{}, fmt.Errorf("read the type of a kept request: %w", err)
	}
	delete(raw, "attributes")
	payload := Payload{Object: attributes.Type, Fields: make(map[string]string, len(raw))}
	for name, value := range raw {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return Payload{}, fmt.Errorf("read %s of a kept request: %w", name, err)
		}
		payload.Fields[name] = text
	}
	return payload, nil
}

// fingerprint is the hash of what is sent; two activities that look alike in Salesforce have the same.
func (p Payload) fingerprint() string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%q", p.Object)
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		fmt.Fprintf(hash, "%q%q", name, p.Fields[name])
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// parent is the record the payload hangs on: a note's parent, a task's person; empty when unassigned.
func (p Payload) parent() string { return parentOf(p.Fields) }

// names lists the fields in order.
func (p Payload) names() []string { return slices.Sorted(maps.Keys(p.Fields)) }

// differences lists the fields in which a row read back is not what was sent.
func (p Payload) differences(row map[string]string) []string {
	var differing []string
	for _, name := range p.names() {
		if !sameValue(name, p.Fields[name], row[name]) {
			differing = append(differing, name)
		}
	}
	return differing
}

// emptyReferences are the fields that were left out but must be empty for a row to be ours.
func (p Payload) emptyReferences() []string {
	var empty []string
	if p.Object != "Task" {
		return nil
	}
	for _, name := range []string{"WhoId", "WhatId"} {
		if p.Fields[name] == "" {
			empty = append(empty, name)
		}
	}
	return empty
}

// equals reports whether a row read back is this payload, all fields compared.
func (p Payload) equals(row map[string]string) bool {
	for _, name := range p.emptyReferences() {
		if row[name] != "" {
			return false
		}
	}
	return len(p.differences(row)) == 0
}

// sameValue compares a field as sent with the field as read: ids by their case-safe first 15
// characters, texts after the trimming that Salesforce does.
func sameValue(name, sent, read string) bool {
	if len(name) > 2 && name[len(name)-2:] == "Id" {
		return sameID(sent, read)
	}
	return plainText(sent) == plainText(read)
}

func sameID(a, b string) bool {
	if len(a) >= 15 && len(b) >= 15 {
		return a[:15] == b[:15]
	}
	return a == b
}
