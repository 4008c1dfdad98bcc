/**
 * The command line: each command parses its words, calls one thing and prints what came of it. No
 * command decides anything about rows. {@link dev.nightjar.cli.Main} is the way in; {@link
 * dev.nightjar.cli.Failure} turns what went wrong into one message and an exit code.
 */
@NullMarked
package dev.nightjar.cli;

import org.jspecify.annotations.NullMarked;
