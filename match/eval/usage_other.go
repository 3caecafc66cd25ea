//go:build !unix

package eval

import "time"

// processTime is not known on this system.
func processTime() time.Duration { return 0 }

// PeakRSS is not known on this system.
func PeakRSS() int64 { return 0 }
