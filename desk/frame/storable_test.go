package frame

import (
	"encoding/json"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"

	"stet/prose"
)

func TestStorable(t *testing.T) {
	for from, want := range map[string]string{
		`{"a":"x"}`:                   `{"a":"x"}`,
		`"\u0000"`:                    `"\u0001"`,
		`"a\u0000b\\u0000\\\u0000"`:   `"a\u0001b\\u0000\\\u0001"`,
		`"\ud83d\ude00"`:              `"\ud83d\ude00"`,
		`"\ud83d"`:                    `"\ufffd"`,
		`"\ude00\ud83d"`:              `"\ufffd\ufffd"`,
		`"\ud83d\ud83d\ude00\ude00x"`: `"\ufffd\ud83d\ude00\ufffdx"`,
		`"\ud83dx\u00"`:               `"\ufffdx\u00"`,
		`"\`:                          `"\`,
	} {
		if got := string(storable([]byte(from))); got != want {
			t.Errorf("of %s came %s, want %s", from, got, want)
		}
	}
}

// FuzzStorable: whatever a browser writes as JSON is a document's text afterwards.
func FuzzStorable(f *testing.F) {
	f.Add([]byte(`"a\u0000\ud83d"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var text string
		if json.Unmarshal(data, &text) != nil || len(data) == 0 || data[0] != '"' || data[len(data)-1] != '"' {
			return
		}
		data = storable(data)
		if jsonv2.Unmarshal(data, &text) != nil || text == "" {
			return // not UTF-8
		}
		if _, err := prose.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":` + string(data) + `}]}]}`)); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
