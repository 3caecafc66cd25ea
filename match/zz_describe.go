package match

import "fmt"

func (m *Model) Describe() string {
	s := fmt.Sprintf("prior %.3f N %d heavy %d\n", m.prior, m.members, len(m.heavy))
	for f := range fieldCount {
		s += f.String() + ":"
		for l, n := range levelNames[f] {
			s += fmt.Sprintf(" [%s m=%.4f u=%.6f]", n, m.m[f][l], m.u[f][l])
		}
		s += "\n"
	}
	return s
}
