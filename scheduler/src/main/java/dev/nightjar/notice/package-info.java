/**
 * How people hear of what goes wrong while nobody looks on. {@link dev.nightjar.notice.Notify} is
 * what configuration says of it, a {@link dev.nightjar.notice.Message} what is told of {@link
 * dev.nightjar.ledger.Notice notices}, a {@link dev.nightjar.notice.Sender} a webhook or a command,
 * and the {@link dev.nightjar.notice.Courier} brings the one to the other.
 */
@NullMarked
package dev.nightjar.notice;

import org.jspecify.annotations.NullMarked;
