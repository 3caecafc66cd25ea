package ui

// keyOf is how the key of an action is written in a text, such as the "u" of "u takes it back": the key it is
// bound to now, or that of the palette where it has none.
func (s *Session) keyOf(id string) string {
	if s.usual == nil {
		s.usual = usualKeys()
	}
	keys, bound := s.bindings[id]
	if !bound {
		keys = s.usual[id]
	}
	if len(keys) == 0 {
		if id == "console.palette" {
			return ":"
		}
		return s.keyOf("console.palette")
	}
	return s.Theme.keyLabel(keys[0])
}

// placeOf is how a screen is named in a text: the key that goes there, and its name, such as "2 Connect".
func (s *Session) placeOf(screen string) string { return s.keyOf("screen."+screen) + " " + screen }

// usualKeys are the keys of every action before any was bound otherwise.
func usualKeys() map[string][]string {
	out := map[string][]string{}
	for _, table := range keyTables() {
		for _, a := range table {
			if _, known := out[a.ID]; !known && len(a.Keys) > 0 {
				out[a.ID] = a.Keys
			}
		}
	}
	return out
}
