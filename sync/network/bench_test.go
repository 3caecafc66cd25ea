package network

import (
	"bytes"
	"testing"

	"crmsync/assets/world"
)

func benchmark(b *testing.B, write func(w *world.World, out *bytes.Buffer) error, kind Kind) {
	w := world.New(1, 30_000)
	var out bytes.Buffer
	if err := write(w, &out); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(out.Len()))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		r, err := Open(b.Context(), Bytes("x.csv", out.Bytes()), Options{Seat: seat, Kind: kind})
		if err != nil {
			b.Fatal(err)
		}
		summary, err := r.Check(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		rows += summary.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkConnections(b *testing.B) {
	benchmark(b, func(w *world.World, out *bytes.Buffer) error { return w.WriteConnections(out, 0) }, KindConnections)
}

func BenchmarkMessages(b *testing.B) {
	benchmark(b, func(w *world.World, out *bytes.Buffer) error { return w.WriteMessages(out, 0) }, KindMessages)
}

func BenchmarkCompanies(b *testing.B) {
	benchmark(b, func(w *world.World, out *bytes.Buffer) error { return w.WriteCompanies(out) }, KindCompanies)
}
