package vault

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
