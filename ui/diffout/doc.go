// Package diffout makes the frames of Bubble Tea v1.3.10 small. Its Writer stands between the program and
// the terminal, keeps the cells that the terminal shows, and sends only the cells that differ, with one
// scroll where rows have moved. Hyperlinks (OSC 8) are part of a cell; everything that is not a frame, such
// as the clipboard (OSC 52), passes unchanged.
//
// It reads the frames of that one renderer in full-screen mode: a frame is one Write that begins with the
// cursor's home position; a line that has not changed is a bare line feed; every other line ends with an
// erase to its right, when it is narrower than the window, and a line break; a repaint begins with a
// carriage return; the frame ends with a cursor position. What does not look like that passes unchanged,
// and the next frame's rows are then drawn whole.
//
// Terminals disagree on the width of some clusters of characters. A row that holds one of those is drawn
// whole, from its first column, as the renderer itself does it.
package diffout
