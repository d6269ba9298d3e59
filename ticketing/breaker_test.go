package ticketing

import "testing"

func TestBreakerLimit(t *testing.T) {
	b := DefaultBreaker()
	busy := make([]int, 24)
	for i := range busy {
		busy[i] = 40
	}
	for _, test := range []struct {
		name   string
		before []int
		want   int
	}{
		{"a new desk", nil, 100},
		{"a quiet desk", make([]int, 24), 100},
		{"a busy desk", busy, 400},
		{"a desk in office hours", append(make([]int, 16), 40, 40, 40, 40, 40, 40, 40, 40), 400},
		{"one wild hour does not count as usual", append([]int{100000}, make([]int, 23)...), 100},
	} {
		if got := b.Limit(test.before); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}
