package sync

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// MarshalJSON writes the dossier with keys in snake_case, as all JSON of the program has them. It holds rows of the
// store as they are, so that a column that is added there can never be missing here; their names are rewritten.
func (d PersonDossier) MarshalJSON() ([]byte, error) {
	type plain PersonDossier
	text, err := json.Marshal(plain(d))
	if err != nil {
		return nil, err
	}
	return snakeKeys(text)
}

// snakeKeys writes JSON again with every key in snake_case: RecordID becomes record_id.
func snakeKeys(text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	w := &keyWriter{decoder: decoder}
	if err := w.value(); err != nil {
		return nil, fmt.Errorf("rewrite the keys: %w", err)
	}
	return w.out.Bytes(), nil
}

// keyWriter copies JSON token by token.
type keyWriter struct {
	decoder *json.Decoder
	out     bytes.Buffer
}

// value copies one value.
func (w *keyWriter) value() error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	open, is := token.(json.Delim)
	if !is {
		return w.put(token)
	}
	w.out.WriteRune(rune(open))
	for n := 0; w.decoder.More(); n++ {
		if n > 0 {
			w.out.WriteByte(',')
		}
		if open == '{' {
			key, err := w.decoder.Token()
			if err != nil {
				return err
			}
			name, is := key.(string)
			if !is {
				return io.ErrUnexpectedEOF
			}
			if err := w.put(snakeCase(name)); err != nil {
				return err
			}
			w.out.WriteByte(':')
		}
		if err := w.value(); err != nil {
			return err
		}
	}
	token, err = w.decoder.Token()
	if err != nil {
		return err
	}
	w.out.WriteString(fmt.Sprint(token))
	return nil
}

func (w *keyWriter) put(token any) error {
	text, err := json.Marshal(token)
	w.out.Write(text)
	return err
}

// snakeCase rewrites a Go name: an underscore stands where a word begins, and initials are one word.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		begins := unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins && runes[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
