package sync

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
	"time"
)

// filled gives every field of a value something, so that none is left out.
func filled(v reflect.Value) {
	if at, is := v.Interface().(time.Time); is && at.IsZero() {
		v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				filled(v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0))
	case reflect.String:
		v.SetString("Text")
	}
}

func TestPersonDossierHasSnakeCaseKeysOnly(t *testing.T) {
	var d PersonDossier
	filled(reflect.ValueOf(&d).Elem())
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for _, found := range regexp.MustCompile(`"([^"]*)":`).FindAllSubmatch(text, -1) {
		keys++
		if !regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`).Match(found[1]) {
			t.Errorf("key %q", found[1])
		}
	}
	if keys < 120 || !json.Valid(text) {
		t.Errorf("%d keys: %s", keys, text)
	}
	for _, want := range []string{`"made_at":"1970-01-01T00:00:01Z"`, `"profile_url":"Text"`, `"sha256":"Text"`, `"seat_id":"Text"`, `"salesforce_id":"Text"`} {
		if !regexp.MustCompile(regexp.QuoteMeta(want)).Match(text) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{"ID": "id", "RecordID": "record_id", "ProfileURL": "profile_url", "APICalls": "api_calls", "SHA256": "sha256", "MadeAt": "made_at",
		"NullScore": "null_score", "already_so": "already_so", "Was_So": "was_so", "": ""} {
		if got := snakeCase(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if _, err := snakeKeys([]byte(`{"A":[1,`)); err == nil {
		t.Error("half a text is one")
	}
	if got, err := snakeKeys([]byte(`{"RecordID":[{"AtOnce":-1.50e3},null,true,"Not A Key"]}`)); err != nil || string(got) != `{"record_id":[{"at_once":-1.50e3},null,true,"Not A Key"]}` {
		t.Errorf("%s %v", got, err)
	}
}
