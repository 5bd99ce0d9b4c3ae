package custody

import (
	"context"
	"time"
)

// Mend ends broken rotations as a later one does, at the given time.
func (s *Service) Mend(ctx context.Context, now time.Time) error { return s.mend(ctx, now) }

// Page is a part of what an order was done to, as it is fetched.
func (d PersonDone) Page(from int) (PersonDone, int) { return d.page(from) }
