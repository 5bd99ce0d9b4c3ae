package account

// Derivations is how many passwords were derived so far.
func (s *Service) Derivations() int64 { return s.hasher.runs.Load() }
