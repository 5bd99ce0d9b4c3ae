package portable

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Pack compresses a file of weights with Zstandard, the same way each time.
func Pack(b []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("pack the weights: %w", err)
	}
	defer enc.Close()
	return enc.EncodeAll(b, nil), nil
}

// Unpack is what Pack was given, or an error where that is more than most bytes.
func Unpack(file []byte, most uint64) ([]byte, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(most))
	if err != nil {
		return nil, fmt.Errorf("unpack the weights: %w", err)
	}
	defer dec.Close()
	b, err := dec.DecodeAll(file, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack the weights: %w", err)
	}
	return b, nil
}
