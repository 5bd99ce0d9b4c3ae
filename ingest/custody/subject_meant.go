package custody

import (
	"context"
	"errors"
	"slices"

	"qingting/ingest/erase"
)

// meant are the records that an order is about.
func (s *Service) meant(ctx context.Context, p *Subjects, r *PersonRequest) (who person, records []PersonRecord, err error) {
	if who, err = p.who(r); err != nil {
		return who, nil, err
	}
	if len(who.tokens) == 0 {
		if len(r.Records) == 0 {
			return who, nil, errors.New("neither a person nor a record was named")
		}
		records, err = named(ctx, p, r.Records)
		return who, records, err
	}
	list, err := p.Eraser.FindThoroughly(ctx, who.tokens)
	if err != nil {
		return who, nil, err
	}
	records = slices.DeleteFunc(who.found(list), func(f PersonRecord) bool {
		if len(r.Records) > 0 {
			return !slices.Contains(r.Records, f.Record)
		}
		return f.Shared && !r.Shared
	})
	return who, records, nil
}

// named are the records of ids. One without a document, which never came or was
// erased before, is among them: something else of it may be there.
func named(ctx context.Context, p *Subjects, ids []string) ([]PersonRecord, error) {
	list, err := p.Eraser.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]erase.Found, len(list))
	for _, f := range list {
		known[f.Record] = f
	}
	records := make([]PersonRecord, 0, len(ids))
	for _, id := range ids {
		f := known[id]
		f.Record = id
		records = append(records, PersonRecord{Found: f})
	}
	return records, nil
}

func ids(records []PersonRecord) []string {
	list := make([]string, 0, len(records))
	for _, r := range records {
		list = append(list, r.Record)
	}
	return list
}
