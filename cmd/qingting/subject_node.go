package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/erase"
	"qingting/ingest/govern"
	"qingting/ingest/settings"
	"qingting/ingest/worker"
	"qingting/internal/secrets"
	"qingting/privacy/subject"
)

// subjectKeyFile holds the keys of subject tokens, newest first.
const subjectKeyFile = "subject.key"

func (f dataFlags) subjectKeyPath() string { return filepath.Join(f.secretsDir(), subjectKeyFile) }

// loadSubjectKeys reads the keys of subject tokens.
func (f dataFlags) loadSubjectKeys() (subject.Keys, error) {
	content, err := secrets.ReadPrivate(f.subjectKeyPath())
	if err != nil {
		return subject.Keys{}, err
	}
	defer clear(content)
	return subject.ParseKeys(string(content))
}

// subjectKeys reads the keys of subject tokens, and makes one at the first start.
func (f dataFlags) subjectKeys() (subject.Keys, error) {
	keys, err := f.loadSubjectKeys()
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	err = secrets.WriteNew(f.subjectKeyPath(), []byte(subjectKeyHead+subject.NewKeyText()+"\n"))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return subject.Keys{}, err
	}
	return f.loadSubjectKeys()
}

const subjectKeyHead = "# Keys of subject tokens, newest first. Who holds them can test guesses at whom a\n" +
	"# document identifies: keep them apart from the data and its back-ups. An old one\n" +
	"# stays until the documents made under it have expired.\n"

// openPersons opens what the requests of persons need, and has the worker
// tokenise whom documents identify and refuse what may not come (again).
func (s *node) openPersons(ctx context.Context, p *worker.Pipeline) (*custody.Subjects, error) {
	keys, err := s.cfg.data.subjectKeys()
	if err != nil {
		return nil, err
	}
	marks, err := erase.OpenMarks(ctx, s.streams.js, s.cfg.limits.Replicas)
	if err != nil {
		return nil, err
	}
	s.eraser = &erase.Eraser{JS: s.streams.js, Marks: marks, Log: s.cfg.log}
	p.Subjects, p.Refuse, p.Restricted, p.Erased = keys, marks.Refuse, marks.Restricted, marks.Erased
	return personsOf(s.eraser, keys, s.streams.settings, p.Records), nil
}

// personsOfDirectory is what the requests of persons need when no server runs.
// Without the subject key they are not answered.
func personsOfDirectory(ctx context.Context, f dataFlags, st *streams) (*custody.Subjects, func(), error) {
	keys, err := f.loadSubjectKeys()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var records *ingest.RecordIDs
	if key, err := secrets.LoadSecret(filepath.Join(f.secretsDir(), "record.key")); err == nil {
		if records, err = ingest.NewRecordIDs(key.Bytes()); err != nil {
			return nil, nil, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	marks, err := erase.OpenMarks(ctx, st.js, 1)
	if err != nil {
		return nil, nil, err
	}
	return personsOf(&erase.Eraser{JS: st.js, Marks: marks}, keys, st.settings, records), marks.Close, nil
}

func personsOf(e *erase.Eraser, keys subject.Keys, st *settings.Settings, records *ingest.RecordIDs) *custody.Subjects {
	p := &custody.Subjects{
		Keys: keys, Eraser: e,
		Register: func(ctx context.Context) ([]byte, error) {
			v, err := st.Get(ctx, settings.Sources)
			return v.Data, err
		},
		Consent: func(ctx context.Context) ([]string, error) { return consentSources(ctx, st) },
	}
	if records != nil {
		p.Record = records.OfSource
	}
	return p
}

// consentSources names the sources that the register says rest on consent.
func consentSources(ctx context.Context, st *settings.Settings) (names []string, err error) {
	v, err := st.Get(ctx, settings.Sources)
	if err != nil {
		return nil, err
	}
	register, err := govern.ParseRegister(v.Data)
	if err != nil {
		return nil, err
	}
	for _, source := range register.Sources {
		for _, basis := range source.Bases {
			if basis == "consent" {
				name := source.Name
				if name == govern.DefaultSource {
					name = "" // feedback that names no source
				}
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// indexForPersons lets the eraser search and clean the index of this process.
func (s *node) indexForPersons() {
	if s.eraser == nil || s.index == nil {
		return
	}
	s.eraser.UseIndex(&erase.Index{Find: s.index.OfSubject, WaitFor: s.indexer.WaitFor, Compact: s.index.Compact})
}

// mend erases again what an interrupted erasure, or a restored back-up, left.
func (s *node) mend(ctx context.Context) error {
	n, err := s.eraser.Mend(ctx)
	switch {
	case ctx.Err() != nil:
		return nil // told to stop; the next start goes on
	case err != nil:
		return err
	case n > 0:
		s.cfg.log.Info("erased again", "records", n)
	}
	return nil
}
