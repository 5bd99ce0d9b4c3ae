package main

import (
	"qingting/ingest"
	"qingting/ingest/worker"
	"qingting/privacy"
	"qingting/privacy/vault"
	"qingting/textmining"
)

// engineFlags say how feedback is read.
type engineFlags struct {
	Policy   string `placeholder:"FILE" help:"Redact by this policy and not by the default one."`
	Taxonomy string `placeholder:"FILE" help:"Tag themes by this taxonomy and not by the default one."`
	Lexicon  string `placeholder:"FILE" help:"Words of your own for segmentation: word, frequency, tag a line."`
	modelFlags
}

// modelFlags name what was learnt.
type modelFlags struct {
	Model     string `placeholder:"FILE" help:"Tag themes by this model as well, which \"qingting themes train\" makes: it confirms what cues say, and adds where it is sure."`
	Sentiment string `placeholder:"FILE" help:"Judge how a text sounds as a whole by this model, which \"qingting sentiment train\" makes."`
}

// sources are where words, themes and models come from.
func (f engineFlags) sources() textmining.Sources {
	return textmining.Sources{TaxonomyFile: f.Taxonomy, LexiconFile: f.Lexicon, ThemesFile: f.Model, ToneFile: f.Sentiment}
}

// newPipeline wires detection, sealing and annotation for the ingest worker.
func newPipeline(f engineFlags, s serverSecrets, officers *officers, a textmining.Reader) (*worker.Pipeline, error) {
	policy, err := loadPolicy(f.Policy)
	if err != nil {
		return nil, err
	}
	redactor, err := newRedactor(f.Policy, s.pseudonyms.Bytes())
	if err != nil {
		return nil, err
	}
	names, err := privacy.NewPseudonymizer(s.pseudonyms.Bytes())
	if err != nil {
		return nil, err
	}
	records, err := ingest.NewRecordIDs(s.records.Bytes())
	if err != nil {
		return nil, err
	}
	sealer, err := vault.NewSealer(officers.keys, worker.Epochs{JS: officers.streams.js}, vault.WithOfficers(officers.recipients))
	if err != nil {
		return nil, err
	}
	return &worker.Pipeline{
		Records: records, Redactor: redactor, Policy: policy, Pseudonyms: names,
		Sealer: sealer, Annotator: a, Identities: s.intake,
	}, nil
}
