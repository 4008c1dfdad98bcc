/**
 * HTTP alone: who may ask, what a request may be, where it goes, what is measured and logged of it.
 * {@link dev.nightjar.online.http.EndpointServer} puts it together on Armeria; a {@link
 * dev.nightjar.online.http.Form} turns bytes into answers by {@code rest} and {@code oip}, on a
 * thread of the {@link dev.nightjar.online.score.ScoringQueue}, never on one that serves sockets.
 */
@NullMarked
package dev.nightjar.online.http;

import org.jspecify.annotations.NullMarked;
