package ui

import "errors"

// writeFile writes a new file; name becomes its whole path.
func (s *Session) writeFile(name *string, text []byte) error {
	file, path, err := s.Services.Files.Create(*name)
	if err != nil {
		return err
	}
	*name = path
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// written says where a file is.
func (s *Session) written(what, path string) *notice {
	return &notice{Session: s, title: "Written", lines: func(w int) []string {
		var lines []string
		for i, part := range wrap(what, w-2) {
			if i == 0 {
				lines = append(lines, s.Theme.sign(StateGood, part))
				continue
			}
			lines = append(lines, "  "+s.Theme.Good.Render(part))
		}
		lines = append(lines, "")
		for _, part := range hardWrap(clean(path), w-2) {
			lines = append(lines, "  "+s.Theme.Text.Render(part))
		}
		return append(lines, "", s.Theme.Quiet.Render("Only you can read the file."))
	}}
}
