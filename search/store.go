package search

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"qingting/internal/document"
)

// bodyDictionary primes the compressor: clauses of feedback, and how often
// which byte comes. TestBodyDictionary makes it. It is part of the index
// format: changing it means a new formatVersion.
//
//go:embed body.dict
var bodyDictionary []byte

// store packs documents for the body field: the stream sequence and the time,
// and then, compressed, the length of the text, the text, and the rest as
// packer has it. The text can so be had without the rest. The record is not
// among it, being the document's id in the index: what is read back is an
// entry, the body after the record (see entryOf). It is safe for concurrent use.
type store struct {
	enc   *zstd.Encoder
	dec   *zstd.Decoder
	names *names

	scratch sync.Pool
}

func newStore(n *names) (*store, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<17), zstd.WithEncoderDict(bodyDictionary))
	if err != nil {
		return nil, fmt.Errorf("document compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20),
		zstd.WithDecoderDicts(bodyDictionary))
	if err != nil {
		return nil, fmt.Errorf("document compressor: %w", err)
	}
	return &store{enc: enc, dec: dec, names: n}, nil
}

func (s *store) close() error {
	s.dec.Close()
	return errors.Join(s.enc.Close(), s.names.close())
}

// frameMagic begins each compressed frame, and is left out of the body.
var frameMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

func (s *store) pack(d *document.Document, seq uint64) ([]byte, error) {
	plain := packer{data: make([]byte, 0, len(d.Text)+256), names: s.names}
	plain.text(d.Text)
	plain.document(d)
	head := packer{data: make([]byte, 0, len(plain.data)/2+24)}
	head.uint(seq)
	head.time(d.Time, timeBase())
	start := len(head.data)
	body := s.enc.EncodeAll(plain.data, head.data)
	if len(body) < start+len(frameMagic) {
		return nil, errors.New("document compressor: no frame")
	}
	return append(body[:start], body[start+len(frameMagic):]...), nil
}

// entryOf joins a record and its stored body to what open and unpack take.
func entryOf(dst []byte, record string, body []byte) []byte {
	dst = binary.AppendUvarint(dst[:0], uint64(len(record)))
	dst = append(dst, record...)
	return append(dst, body...)
}

// head reads what comes before the compressed part of an entry.
func (s *store) head(entry []byte) (d document.Document, seq uint64, frame []byte, err error) {
	u := unpacker{data: entry}
	d.Record = u.string()
	seq = u.uint()
	d.Time = u.time(timeBase())
	return d, seq, u.data, u.err
}

// open undoes pack as far as the text; text and rest share buf, which may be nil.
func (s *store) open(entry, buf []byte) (text, rest []byte, seq uint64, err error) {
	_, seq, frame, err := s.head(entry)
	if err != nil {
		return nil, nil, 0, err
	}
	return s.openFrame(frame, seq, buf)
}

func (s *store) openFrame(frame []byte, seq uint64, buf []byte) (text, rest []byte, _ uint64, err error) {
	scratch, _ := s.scratch.Get().(*[]byte)
	if scratch == nil {
		scratch = new([]byte)
	}
	defer s.scratch.Put(scratch)
	*scratch = append(append((*scratch)[:0], frameMagic...), frame...)
	magic := len(*scratch)
	plain, err := s.dec.DecodeAll(*scratch, (*scratch)[magic:])
	if err != nil {
		return nil, nil, 0, fmt.Errorf("%w: %w", errStored, err)
	}
	*scratch = plain[:0]
	length, n := binary.Uvarint(plain)
	if n <= 0 || length > uint64(len(plain)-n) {
		return nil, nil, 0, fmt.Errorf("%w: no text", errStored)
	}
	buf, ok := appendUnpacked(buf[:0], plain[n:n+int(length)])
	if !ok {
		return nil, nil, 0, fmt.Errorf("%w: its text is none", errStored)
	}
	end := len(buf)
	buf = append(buf, plain[n+int(length):]...)
	return buf[:end], buf[end:], seq, nil
}

func (s *store) unpack(entry []byte) (*document.Document, uint64, error) {
	d, seq, frame, err := s.head(entry)
	if err != nil {
		return nil, 0, err
	}
	text, rest, _, err := s.openFrame(frame, seq, nil)
	if err != nil {
		return nil, 0, err
	}
	d.Text = string(text)
	u := unpacker{data: rest, names: s.names}
	if err := u.document(&d); err != nil {
		return nil, 0, err
	}
	return &d, seq, nil
}
