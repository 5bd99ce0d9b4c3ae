package vault

import "context"

// Scrub is scrub.
var Scrub = scrub

// HoldsKey tells whether an epoch key is in memory.
func (s *Sealer) HoldsKey() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current != nil
}

// Key is the memory of the current epoch's key, to watch it being overwritten.
func (s *Sealer) Key() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.key
}

// Hold takes the current epoch as a running Seal does, until release.
func (s *Sealer) Hold(ctx context.Context) (key []byte, release func(), err error) {
	e, err := s.acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	return e.key, func() { s.release(e) }, nil
}
