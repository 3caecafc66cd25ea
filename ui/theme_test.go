package ui

import (
	"fmt"
	"math"
	"testing"

	"github.com/charmbracelet/lipgloss"
)

// rgb is linear light.
type rgb [3]float64

// xterm is a colour of the 256-colour table, in the values 0 to 255.
func xterm(index int) [3]float64 {
	if index >= 232 {
		v := float64(8 + 10*(index-232))
		return [3]float64{v, v, v}
	}
	level := func(n int) float64 {
		if n == 0 {
			return 0
		}
		return float64(55 + 40*n)
	}
	index -= 16
	return [3]float64{level(index / 36), level(index / 6 % 6), level(index % 6)}
}

func linear(c [3]float64) rgb {
	var out rgb
	for i, v := range c {
		v /= 255
		if v <= 0.04045 {
			out[i] = v / 12.92
		} else {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}

func luminance(c rgb) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is WCAG's ratio.
func contrast(a, b rgb) float64 {
	light, dark := math.Max(luminance(a), luminance(b)), math.Min(luminance(a), luminance(b))
	return (light + 0.05) / (dark + 0.05)
}

// The matrices of Machado, Oliveira and Fernandes (2009) at full severity, on linear light.
var blindness = map[string][3]rgb{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func seen(c rgb, m [3]rgb) rgb {
	var out rgb
	for i := range out {
		out[i] = min(1, max(0, m[i][0]*c[0]+m[i][1]*c[1]+m[i][2]*c[2]))
	}
	return out
}

// lab is CIE L*a*b* for D65.
func lab(c rgb) [3]float64 {
	x := (0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047
	y := 0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2]
	z := (0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	return [3]float64{116*f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))}
}

func distance(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

func indexed(t *testing.T, c lipgloss.TerminalColor) rgb {
	t.Helper()
	var index int
	if _, err := fmt.Sscan(string(c.(lipgloss.Color)), &index); err != nil {
		t.Fatal(err)
	}
	return linear(xterm(index))
}

// State colours and texts can be read on the usual backgrounds, and states stay apart for everyone.
func TestPalettes(t *testing.T) {
	for _, c := range []struct {
		name        string
		palette     Palette
		backgrounds [][3]float64
		apart       float64
	}{
		{"dark", DarkPalette(), [][3]float64{{0, 0, 0}, {0x1e, 0x1e, 0x1e}, {0x28, 0x2c, 0x34}}, 26},
		{"light", LightPalette(), [][3]float64{{255, 255, 255}, {0xfd, 0xf6, 0xe3}}, 18},
	} {
		p := c.palette
		states := map[string]lipgloss.TerminalColor{"good": p.Good, "warn": p.Warn, "bad": p.Bad, "info": p.Info}
		texts := map[string]lipgloss.TerminalColor{"text": p.Text, "strong": p.Strong, "quiet": p.Quiet, "faint": p.Faint, "accent": p.Accent, "link": p.Link, "key": p.Key}
		for name, colour := range states {
			texts[name] = colour
		}
		for name, colour := range texts {
			for _, background := range c.backgrounds {
				if got := contrast(indexed(t, colour), linear(background)); got < 4.5 {
					t.Errorf("%s: %s has a contrast of %.2f on %v", c.name, name, got, background)
				}
			}
		}
		for kind, matrix := range blindness {
			for a, first := range states {
				for b, second := range states {
					if a < b {
						if got := distance(lab(seen(indexed(t, first), matrix)), lab(seen(indexed(t, second), matrix))); got < c.apart {
							t.Errorf("%s, %s: %s and %s are only %.1f apart", c.name, kind, a, b, got)
						}
					}
				}
			}
		}
	}
}
