package mail

import (
	"bytes"
	"testing"
)

// BenchmarkCorpus reads the mails of which the corpus expects something, and
// takes their replies out of their texts. bench/enmime reads mails beside
// another library.
func BenchmarkCorpus(b *testing.B) {
	corpusSet(b, "")
	var mails [][]byte
	var texts []string
	size, letters := 0, 0
	limits := DefaultLimits()
	limits.NoHTML = true
	for _, set := range corpusSets() {
		for _, c := range loadSet(b, set) {
			m, err := Parse(bytes.NewReader(c.raw), limits)
			if err != nil {
				b.Fatal(err)
			}
			mails, texts = append(mails, c.raw), append(texts, m.Text)
			size, letters = size+len(c.raw), letters+len(m.Text)
		}
	}
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(size))
		b.ReportAllocs()
		for b.Loop() {
			for _, raw := range mails {
				if _, err := Parse(bytes.NewReader(raw), limits); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(len(mails)*b.N)/b.Elapsed().Seconds(), "mails/s")
	})
	b.Run("trim", func(b *testing.B) {
		b.SetBytes(int64(letters))
		b.ReportAllocs()
		for b.Loop() {
			for _, text := range texts {
				Trim(text)
			}
		}
		b.ReportMetric(float64(len(texts)*b.N)/b.Elapsed().Seconds(), "mails/s")
	})
}
