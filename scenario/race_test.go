//go:build race

package scenario_test

// raceDetector makes SQLite ten times as slow: the attackers write less then.
const raceDetector = true
