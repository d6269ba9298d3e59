package smtp

import (
	"context"
	"sync"
)

// Once makes one round: what is due now is claimed, sent and recorded.
func (s *Sender) Once(ctx context.Context) (int, error) {
	var wg sync.WaitGroup
	defer s.closeIdle()
	defer wg.Wait()
	n, _, err := s.dispatch(ctx, &wg)
	return n, err
}
