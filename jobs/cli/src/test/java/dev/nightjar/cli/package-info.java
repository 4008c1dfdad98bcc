/**
 * Commands as users type them, run in this process: the exit code and every word that is printed
 * are what is tested.
 */
@NullMarked
package dev.nightjar.cli;

import org.jspecify.annotations.NullMarked;
