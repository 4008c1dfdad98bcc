/**
 * The endpoint: {@code nightjar serve}. The way of a request: {@code http} lets it in, {@code
 * score} gives it a thread, {@code rest} or {@code oip} decodes it to {@code request}, {@code
 * model} joins and scores it by {@link dev.nightjar.pipeline.OnlineScorer}, and back. {@link
 * dev.nightjar.online.Endpoint} holds all that runs.
 */
@NullMarked
package dev.nightjar.online;

import org.jspecify.annotations.NullMarked;
