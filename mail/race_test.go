//go:build race

package mail

// raceDetector makes the parser ten times as slow and the collector lag behind:
// what mails cost is measured without it.
const raceDetector = true
