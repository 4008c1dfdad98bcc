/**
 * JSON of strangers: {@link dev.nightjar.online.json.StrictJson} reads a body within limits and
 * says in plain words why it does not, {@link dev.nightjar.online.json.ExactNumbers} keeps every
 * digit of a number, and {@link dev.nightjar.online.json.JsonBytes} writes what every reader of
 * JSON takes. Knows no model and no form.
 */
@NullMarked
package dev.nightjar.online.json;

import org.jspecify.annotations.NullMarked;
