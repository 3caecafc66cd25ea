package sync

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Payload is one record as it is sent: the object and its fields by API name.
type Payload struct {
	Object string            `json:"object"`
	Fields map[string]string `json:"fields"`
}

// encode gives the same bytes for the same payload.
func (p Payload) encode() ([]byte, error) {
	encoded, err := json.Marshal(p) // maps are written in the order of their keys
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", p.Object, err)
	}
	return encoded, nil
}

// decodePayload reads what encode wrote.
func decodePayload(encoded []byte) (Payload, error) {
	var payload Payload
	if err := json.Unmarshal(encoded, &payload); err != nil {
		return Payload{}, fmt.Errorf("decode a payload: %w", err)
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
