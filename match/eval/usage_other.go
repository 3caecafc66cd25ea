//go:build !unix

package eval

import "time"

// processTime is not known on this system.
func processTime() time.Duration { return 0 }

// peakRSS is not known on this system.
func peakRSS() int64 { return 0 }
