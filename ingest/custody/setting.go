package custody

import (
	"context"
	"errors"

	"qingting/ingest/settings"
	"qingting/internal/access"
)

var errNoSettings = refusal(CodeNoSettings, "this server keeps no settings, and so nothing of what they hold")

// settings are those of the service; without any, what needs them is refused.
func (s *Service) settings() (*settings.Settings, error) {
	if s.cfg.Settings == nil {
		return nil, errNoSettings
	}
	return s.cfg.Settings, nil
}

// changeOf is what the ledger has of who changes an object, and why: redacted.
func (s *Service) changeOf(r Request, object string) settings.Change {
	return settings.Change{Actor: r.Actor, Role: r.Role, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Object: object}
}

// version gives a setting as it is.
func (s *Service) version(ctx context.Context, key settings.Key) (Governed, error) {
	st, err := s.settings()
	if err != nil {
		return Governed{}, err
	}
	v, err := st.Get(ctx, key)
	return governedOf(v), err
}

// setVersion sets one in place of that of a revision, after the ledger has it.
func (s *Service) setVersion(ctx context.Context, key settings.Key, data []byte, revision uint64, c settings.Change) (Governed, error) {
	st, err := s.settings()
	if err != nil {
		return Governed{}, err
	}
	v, err := st.Put(ctx, key, data, revision, c)
	return governedOf(v), err
}

func governedOf(v settings.Value) Governed {
	return Governed{v.Data, v.Revision, v.Changed, v.Hash()}
}

// readList reads the list that a setting holds.
func readList[L any](ctx context.Context, s *Service, key settings.Key, parse func([]byte) (L, error)) (L, error) {
	v, err := s.version(ctx, key)
	if err != nil {
		var none L
		return none, err
	}
	return parse(v.Data)
}

// listTries is how often the change of a list is made anew because another came
// first: two who add at once both have it.
const listTries = 5

// changeList changes the list that a setting holds, after the ledger has it: how
// makes of the file as it is the one that it becomes, and says which item the entry
// is of, an item of that kind.
func (s *Service) changeList(ctx context.Context, r Request, key settings.Key, kind string, how func(file []byte) (out []byte, id string, err error)) error {
	if r.Actor == "" {
		return errNoActor
	}
	st, err := s.settings()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		now, err := st.Get(ctx, key)
		if err != nil {
			return err
		}
		file, id, err := how(now.Data)
		if err != nil {
			return err
		}
		if access.CheckName(id) != nil {
			return errMalformed // the ledger keeps the id as it is
		}
		_, err = st.Put(ctx, key, file, now.Revision, s.changeOf(r, kind+":"+id))
		if try == listTries || !errors.Is(err, settings.ErrChanged) {
			return err
		}
	}
}
