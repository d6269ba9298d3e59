package storage

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// millis gives a time as it is stored: milliseconds since 1970, 0 for the zero
// time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the reverse of millis, in UTC.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// timeColumn reads a stored time.
type timeColumn struct{ t *time.Time }

// Scan implements [database/sql.Scanner].
func (c timeColumn) Scan(v any) error {
	ms, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a stored time is %T, want an integer", v)
	}
	*c.t = fromMillis(ms)
	return nil
}

// wordsColumn reads a list of words without spaces, such as Message-IDs.
type wordsColumn struct{ words *[]string }

// Scan implements [database/sql.Scanner].
func (c wordsColumn) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("a stored list of words is %T, want text", v)
	}
	*c.words = nil
	if text != "" {
		*c.words = strings.Fields(text)
	}
	return nil
}

// jsonColumn reads and writes a value as JSON; "" stands for the zero value.
type jsonColumn struct{ v any }

// Scan implements [database/sql.Scanner].
func (c jsonColumn) Scan(v any) error {
	var text []byte
	switch v := v.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("stored JSON is %T, want text", v)
	}
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, c.v)
}

// toJSON gives the text to store. It fails on no value of ours.
func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return string(b), nil
}
