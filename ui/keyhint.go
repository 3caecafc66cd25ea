package ui

// keyOf is how the key of an action is written in a text, such as the "u" of "u takes it back": the key it is
// bound to now, or that of the palette where it has none.
func (s *Session) keyOf(id string) string {
	keys := s.keysOf(id)
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

// keysOf are the keys that an action has, as they are bound.
func (s *Session) keysOf(id string) []string {
	if s.usual == nil {
		s.usual = usualKeys()
	}
	if keys, bound := s.bindings[id]; bound {
		return keys
	}
	return s.usual[id]
}
