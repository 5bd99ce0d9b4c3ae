package name

func (s *scan) latin() {}
