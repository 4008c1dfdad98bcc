/**
 * The command line: each command parses its words, calls one thing and prints what came of it. No
 * command decides anything about rows. {@link dev.nightjar.cli.Main} is the way in; {@link
 * dev.nightjar.cli.Complaint} prints what went wrong as one message.
 */
@NullMarked
package dev.nightjar.cli;

import org.jspecify.annotations.NullMarked;
