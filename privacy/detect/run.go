package detect

// New returns a detector with every recogniser.
func New(opts ...Option) (*Detector, error) {
	d := &Detector{}
	for _, o := range opts {
		if err := o(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Detect returns the findings of a text.
func (d *Detector) Detect(text string) []Finding {
	found, _ := d.run(text, false)
	return found
}

// Explain is Detect, and the candidates that did not become findings.
func (d *Detector) Explain(text string) ([]Finding, []Rejection) {
	return d.run(text, true)
}

func (d *Detector) run(string, bool) ([]Finding, []Rejection) { return nil, nil }
