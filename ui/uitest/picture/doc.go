// Command picture turns screens of a terminal into an SVG picture, or several of them into one that moves.
//
//	tmux capture-pane -e -p > screen.txt
//	go run ./ui/uitest/picture -o screen.svg screen.txt
//
// It reads text with colours (SGR sequences), as tmux captures it. A moving picture shows each file in turn:
// a file's name may end in "@MILLISECONDS" to say for how long.
package main
