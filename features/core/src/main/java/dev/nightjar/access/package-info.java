/**
 * Who may ask: tokens, of which files hold nothing but digests. The endpoint and the schedulers'
 * page read the same files, which {@code nightjar serve token} makes the lines of.
 */
@NullMarked
package dev.nightjar.access;

import org.jspecify.annotations.NullMarked;
