package ingest

import (
	"errors"

	"qingting/internal/strictjson"
)

// ParseJSON reads one JSON value under the limits, as Decode reads a body: for
// readers of files, whose rows have fields of their own. An error is a
// *Refusal.
func (l Limits) ParseJSON(data []byte) (strictjson.Value, error) {
	v, r := l.parseJSON(data)
	if r != nil {
		return v, r
	}
	return v, nil
}

func (l Limits) parseJSON(data []byte) (strictjson.Value, *Refusal) {
	v, err := strictjson.Parse(data, l.Depth)
	if err == nil {
		return v, nil
	}
	var refused *strictjson.Error
	if errors.As(err, &refused) && refused.TooDeep {
		return v, &Refusal{ReasonOversize, refused.Detail}
	}
	return v, &Refusal{ReasonMalformed, err.Error()}
}
