package portable

import (
	"bytes"
	"math"
	"testing"
)

func TestExp(t *testing.T) {
	for x := float32(-79); x <= 20; x += 0.37 {
		if got, want := float64(Exp(x)), math.Exp(float64(x)); math.Abs(got-want) > 1e-6*want {
			t.Errorf("Exp(%v) = %v, want %v", x, got, want)
		}
	}
	if Exp(-1e9) != 0 || Exp(0) != 1 {
		t.Errorf("Exp(-1e9) = %v, Exp(0) = %v", Exp(-1e9), Exp(0))
	}
}

func TestPack(t *testing.T) {
	b := bytes.Repeat([]byte("weights"), 1000)
	file, err := Pack(b)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Unpack(file, 1<<20); err != nil || !bytes.Equal(got, b) {
		t.Errorf("unpacked %d bytes, %v", len(got), err)
	}
	if _, err := Unpack(file, 1<<10); err == nil {
		t.Error("a file that unpacks to more than allowed is read")
	}
	if _, err := Unpack(file[:len(file)/2], 1<<20); err == nil {
		t.Error("half a file is read")
	}
}
