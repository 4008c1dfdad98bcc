/**
 * The registry: bundles by name and version, and aliases that move from one version to another
 * ({@code flight-delay@champion}). {@link dev.nightjar.registry.Registry} is the door; whatever
 * lies behind it works on a {@link dev.nightjar.storage.Storage} alone, so a registry lives on any
 * file system with exclusive creation and readers need no more than reading.
 *
 * <p>Under the root lie, all of them created once and never changed:
 *
 * <pre>
 * bundles/DIGEST/N/…                             the files of a bundle, as the N-th try wrote them
 * bundles/DIGEST/N.json                          that try was read back whole: its files and digests;
 *                                                without any: it was given up, and its files deleted
 * models/NAME/versions/VERSION/DIGEST.N.json     what the version is; whoever admitted it, and when
 * models/NAME/versions/VERSION/DIGEST.ID.begun   an admission of that digest was begun
 * models/NAME/withdrawn/VERSION/N.json           why the version is not to be used any more
 * models/NAME/aliases/ALIAS/N                    the claim of the alias's N-th move
 * models/NAME/aliases/ALIAS/N.json               the move: to which version, after which move
 * policy/N.json                                  what admission demands; the highest counts
 * </pre>
 *
 * <p>Every {@code .json} ends in its own digest. One that lacks its end was left behind by a
 * process that died, and is passed over; one whose end belies it is damaged, and is named.
 *
 * <p>Why it holds without locks, renames and the order of a listing:
 *
 * <ul>
 *   <li><b>A bundle</b> is found by its digest, and whoever opens it computes that digest again.
 *   <li><b>A version</b> is entered in two steps: an admission first shows which digest it brings
 *       (the file's name tells, so half a file does too), then looks whether any other digest is
 *       shown, and only then enters. Of two that bring different bytes at once, at least one sees
 *       the other and draws back; so a version never has two meanings, not even for a moment.
 *   <li><b>An alias</b> is moved as an interval is published: claim a number by exclusive creation,
 *       look at the current move, write the next one under the claimed number, and look whether
 *       anybody has claimed a higher one meanwhile. If so, that one may not have seen this move,
 *       and this one begins anew; who finds what it did not expect has lost and is told. The
 *       highest whole move is current.
 * </ul>
 */
@NullMarked
package dev.nightjar.registry;

import org.jspecify.annotations.NullMarked;
