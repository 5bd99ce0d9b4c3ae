package search

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"qingting/internal/document"
)

// bodyDictionary primes the compressor with what every document repeats. It is
// part of the index format: changing it means a new formatVersion.
const bodyDictionary = `"polarity":-1,"evidence":[{"start":10,"end":12},{"start":` +
	`"positive","score":0.5"neutral","score":0},"pain_points":[{"id":"` +
	`"attributes":{"action":"pseudonym","rule":"","confidence":0.9},` +
	`"redactions":[{"start":1,"end":6,"type":"MOBILE","action":"tag","rule":"mobile.","confidence":1},{"start":` +
	`"type":"PERSON_NAME","action":"tag","type":"ADDRESS","type":"ID_CARD","type":"BANK_CARD",` +
	`"epoch":"","risks":[{"id":"","rating":1,"rating":5,"customer":"` +
	`{"schema":"qingting.document/1","record":"","month":"2026","source":"","channel":"","region":"","product":"",` +
	`"time":"2026-01-01T00:00:00Z","received":"2026-01-01T00:00:00.000000000Z","text":"` +
	`","policy":"","engine":"","language":"zh","themes":[{"id":"","score":0.8,"polarity":-0.5,"evidence":[{"start":0,"end":2}]}],` +
	`"dimensions":[{"id":"","score":1}],"sentiment":{"label":"negative","score":-0.7},"keywords":["","","taxonomy":"","lexicon":""}`

// store packs documents for the body field: the stream sequence, and then,
// compressed, the length of the text, the text, and the JSON of the rest. The
// text can so be had without parsing. It is safe for concurrent use.
type store struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newStore() (*store, error) {
	const dictID = 1
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<17), zstd.WithEncoderDictRaw(dictID, []byte(bodyDictionary)))
	if err != nil {
		return nil, fmt.Errorf("document compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20),
		zstd.WithDecoderDictRaw(dictID, []byte(bodyDictionary)))
	if err != nil {
		return nil, fmt.Errorf("document compressor: %w", err)
	}
	return &store{enc: enc, dec: dec}, nil
}

func (s *store) close() {
	s.enc.Close()
	s.dec.Close()
}

func (s *store) pack(d *document.Document, seq uint64) ([]byte, error) {
	rest := *d
	rest.Text = ""
	data, err := json.Marshal(&rest)
	if err != nil {
		return nil, fmt.Errorf("encoding document: %w", err)
	}
	plain := binary.AppendUvarint(make([]byte, 0, len(d.Text)+len(data)+binary.MaxVarintLen64), uint64(len(d.Text)))
	plain = append(append(plain, d.Text...), data...)
	return s.enc.EncodeAll(plain, binary.AppendUvarint(make([]byte, 0, len(plain)/2+16), seq)), nil
}

// open undoes pack as far as the text; text and rest share buf, which may be nil.
func (s *store) open(body, buf []byte) (text, rest []byte, seq uint64, err error) {
	seq, n := binary.Uvarint(body)
	if n <= 0 {
		return nil, nil, 0, errors.New("malformed stored document: no sequence")
	}
	plain, err := s.dec.DecodeAll(body[n:], buf[:0])
	if err != nil {
		return nil, nil, 0, fmt.Errorf("malformed stored document: %w", err)
	}
	length, n := binary.Uvarint(plain)
	if n <= 0 || length > uint64(len(plain)-n) {
		return nil, nil, 0, errors.New("malformed stored document: no text")
	}
	end := n + int(length)
	return plain[n:end], plain[end:], seq, nil
}

func (s *store) unpack(body []byte) (*document.Document, uint64, error) {
	text, rest, seq, err := s.open(body, nil)
	if err != nil {
		return nil, 0, err
	}
	d, err := document.Parse(rest)
	if err != nil {
		return nil, 0, err
	}
	d.Text = string(text)
	return d, seq, nil
}
